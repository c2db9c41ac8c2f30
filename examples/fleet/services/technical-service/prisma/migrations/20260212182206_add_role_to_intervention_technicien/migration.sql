-- CreateEnum
CREATE TYPE "RoleTechnicien" AS ENUM ('PRINCIPAL', 'ASSISTANT');

-- AlterTable
ALTER TABLE "interventions_techniciens" ADD COLUMN     "role" "RoleTechnicien" NOT NULL DEFAULT 'ASSISTANT';
