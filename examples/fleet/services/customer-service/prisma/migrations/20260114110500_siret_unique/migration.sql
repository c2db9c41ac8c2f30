-- AlterTable
ALTER TABLE "clients" ADD COLUMN     "siret" VARCHAR(14);

-- CreateIndex
CREATE UNIQUE INDEX "clients_siret_key" ON "clients"("siret");
