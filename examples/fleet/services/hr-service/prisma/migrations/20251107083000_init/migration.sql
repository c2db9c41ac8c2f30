-- CreateEnum
CREATE TYPE "TypeContrat" AS ENUM ('CDI', 'CDD', 'APPRENTISSAGE');

-- CreateTable
CREATE TABLE "employes" (
    "id" TEXT NOT NULL,
    "matricule" TEXT NOT NULL,
    "nom" TEXT NOT NULL,
    "prenom" TEXT NOT NULL,
    "entre_le" DATE NOT NULL,

    CONSTRAINT "employes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contrats" (
    "id" TEXT NOT NULL,
    "employe_id" TEXT NOT NULL,
    "type" "TypeContrat" NOT NULL,
    "salaire_brut" DECIMAL(10,2) NOT NULL,
    "debut" DATE NOT NULL,
    "fin" DATE,

    CONSTRAINT "contrats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conges" (
    "id" TEXT NOT NULL,
    "employe_id" TEXT NOT NULL,
    "debut" DATE NOT NULL,
    "fin" DATE NOT NULL,
    "valide" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "conges_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "employes_matricule_key" ON "employes"("matricule");

-- CreateIndex
CREATE INDEX "conges_employe_id_debut_idx" ON "conges"("employe_id", "debut");

-- AddForeignKey
ALTER TABLE "contrats" ADD CONSTRAINT "contrats_employe_id_fkey" FOREIGN KEY ("employe_id") REFERENCES "employes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "conges" ADD CONSTRAINT "conges_employe_id_fkey" FOREIGN KEY ("employe_id") REFERENCES "employes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
