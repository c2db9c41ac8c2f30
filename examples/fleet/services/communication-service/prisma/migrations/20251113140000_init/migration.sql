-- CreateEnum
CREATE TYPE "Canal" AS ENUM ('EMAIL', 'SMS', 'INTERNE');

-- CreateTable
CREATE TABLE "modeles" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "sujet" TEXT NOT NULL,
    "corps" TEXT NOT NULL,

    CONSTRAINT "modeles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "messages" (
    "id" TEXT NOT NULL,
    "modele_id" TEXT,
    "canal" "Canal" NOT NULL DEFAULT 'EMAIL',
    "destinataire" TEXT NOT NULL,
    "cree_le" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "modeles_code_key" ON "modeles"("code");

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_modele_id_fkey" FOREIGN KEY ("modele_id") REFERENCES "modeles"("id") ON DELETE SET NULL ON UPDATE CASCADE;
