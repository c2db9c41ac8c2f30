-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "envoye_le" TIMESTAMP(3);

-- CreateIndex
CREATE INDEX "messages_destinataire_idx" ON "messages"("destinataire");
