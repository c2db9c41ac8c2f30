-- AlterTable
ALTER TABLE "taches" ADD COLUMN     "parent_id" TEXT;

-- AddForeignKey
ALTER TABLE "taches" ADD CONSTRAINT "taches_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "taches"("id") ON DELETE SET NULL ON UPDATE CASCADE;
