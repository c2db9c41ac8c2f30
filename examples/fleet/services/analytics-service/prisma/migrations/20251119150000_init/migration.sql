-- CreateTable
CREATE TABLE "indicateurs" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "libelle" TEXT NOT NULL,
    "unite" TEXT,

    CONSTRAINT "indicateurs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mesures" (
    "id" BIGSERIAL NOT NULL,
    "indicateur_id" TEXT NOT NULL,
    "valeur" DOUBLE PRECISION NOT NULL,
    "releve_le" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "mesures_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "indicateurs_code_key" ON "indicateurs"("code");

-- CreateIndex
CREATE UNIQUE INDEX "mesures_indicateur_id_releve_le_key" ON "mesures"("indicateur_id", "releve_le");

-- AddForeignKey
ALTER TABLE "mesures" ADD CONSTRAINT "mesures_indicateur_id_fkey" FOREIGN KEY ("indicateur_id") REFERENCES "indicateurs"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
