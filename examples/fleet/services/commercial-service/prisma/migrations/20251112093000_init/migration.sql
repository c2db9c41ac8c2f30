-- CreateEnum
CREATE TYPE "EtapeOpportunite" AS ENUM ('QUALIFICATION', 'PROPOSITION', 'NEGOCIATION', 'GAGNEE', 'PERDUE');

-- CreateTable
CREATE TABLE "prospects" (
    "id" TEXT NOT NULL,
    "societe" TEXT NOT NULL,
    "email" TEXT,

    CONSTRAINT "prospects_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "opportunites" (
    "id" TEXT NOT NULL,
    "prospect_id" TEXT NOT NULL,
    "intitule" TEXT NOT NULL,
    "montant" DECIMAL(12,2),
    "etape" "EtapeOpportunite" NOT NULL DEFAULT 'QUALIFICATION',

    CONSTRAINT "opportunites_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "prospects_email_key" ON "prospects"("email");

-- AddForeignKey
ALTER TABLE "opportunites" ADD CONSTRAINT "opportunites_prospect_id_fkey" FOREIGN KEY ("prospect_id") REFERENCES "prospects"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
