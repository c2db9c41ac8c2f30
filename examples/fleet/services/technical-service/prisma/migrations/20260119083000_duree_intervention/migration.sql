-- AlterTable
ALTER TABLE "interventions" ADD COLUMN     "duree_heures" DECIMAL(6,2);
