-- CreateTable
CREATE TABLE "devis" (
    "id" TEXT NOT NULL,
    "numero" TEXT NOT NULL,
    "opportunite_id" TEXT NOT NULL,
    "total_ht" DECIMAL(12,2) NOT NULL,
    "valable_le" DATE NOT NULL,

    CONSTRAINT "devis_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "devis_numero_key" ON "devis"("numero");

-- AddForeignKey
ALTER TABLE "devis" ADD CONSTRAINT "devis_opportunite_id_fkey" FOREIGN KEY ("opportunite_id") REFERENCES "opportunites"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
