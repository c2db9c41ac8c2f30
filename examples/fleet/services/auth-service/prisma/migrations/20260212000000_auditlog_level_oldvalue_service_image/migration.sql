-- CreateEnum
CREATE TYPE "NiveauAudit" AS ENUM ('INFO', 'AVERTISSEMENT', 'CRITIQUE');

-- AlterTable
ALTER TABLE "audit_logs" ADD COLUMN     "level" "NiveauAudit" NOT NULL DEFAULT 'INFO',
ADD COLUMN     "new_value" JSONB,
ADD COLUMN     "old_value" JSONB;

-- AlterTable
ALTER TABLE "services" ADD COLUMN     "image_url" TEXT;
