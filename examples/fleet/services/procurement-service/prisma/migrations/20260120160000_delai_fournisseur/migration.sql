-- AlterTable
ALTER TABLE "fournisseurs" ADD COLUMN     "delai_jours" SMALLINT;
