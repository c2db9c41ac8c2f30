-- CreateEnum
CREATE TYPE "StatutIntervention" AS ENUM ('PLANIFIEE', 'EN_COURS', 'TERMINEE', 'ANNULEE');

-- CreateTable
CREATE TABLE "techniciens" (
    "id" TEXT NOT NULL,
    "matricule" TEXT NOT NULL,
    "nom" TEXT NOT NULL,
    "prenom" TEXT NOT NULL,
    "specialite" TEXT,

    CONSTRAINT "techniciens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "interventions" (
    "id" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "client_id" TEXT NOT NULL,
    "statut" "StatutIntervention" NOT NULL DEFAULT 'PLANIFIEE',
    "prevue_le" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "interventions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "interventions_techniciens" (
    "intervention_id" TEXT NOT NULL,
    "technicien_id" TEXT NOT NULL,

    CONSTRAINT "interventions_techniciens_pkey" PRIMARY KEY ("intervention_id","technicien_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "techniciens_matricule_key" ON "techniciens"("matricule");

-- CreateIndex
CREATE UNIQUE INDEX "interventions_reference_key" ON "interventions"("reference");

-- AddForeignKey
ALTER TABLE "interventions_techniciens" ADD CONSTRAINT "interventions_techniciens_intervention_id_fkey" FOREIGN KEY ("intervention_id") REFERENCES "interventions"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "interventions_techniciens" ADD CONSTRAINT "interventions_techniciens_technicien_id_fkey" FOREIGN KEY ("technicien_id") REFERENCES "techniciens"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
