-- CreateTable
CREATE TABLE "projets" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "nom" TEXT NOT NULL,
    "budget" DECIMAL(14,2) NOT NULL DEFAULT 0,

    CONSTRAINT "projets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "jalons" (
    "id" TEXT NOT NULL,
    "projet_id" TEXT NOT NULL,
    "nom" TEXT NOT NULL,
    "echeance" DATE NOT NULL,

    CONSTRAINT "jalons_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "taches" (
    "id" TEXT NOT NULL,
    "projet_id" TEXT NOT NULL,
    "titre" TEXT NOT NULL,
    "faite" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "taches_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "projets_code_key" ON "projets"("code");

-- AddForeignKey
ALTER TABLE "jalons" ADD CONSTRAINT "jalons_projet_id_fkey" FOREIGN KEY ("projet_id") REFERENCES "projets"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "taches" ADD CONSTRAINT "taches_projet_id_fkey" FOREIGN KEY ("projet_id") REFERENCES "projets"("id") ON DELETE CASCADE ON UPDATE CASCADE;
