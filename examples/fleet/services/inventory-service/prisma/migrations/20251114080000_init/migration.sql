-- CreateEnum
CREATE TYPE "SensMouvement" AS ENUM ('ENTREE', 'SORTIE', 'TRANSFERT');

-- CreateTable
CREATE TABLE "articles" (
    "id" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "libelle" TEXT NOT NULL,
    "seuil" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "articles_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entrepots" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "ville" TEXT NOT NULL,

    CONSTRAINT "entrepots_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mouvements_stock" (
    "id" BIGSERIAL NOT NULL,
    "article_id" TEXT NOT NULL,
    "entrepot_id" TEXT NOT NULL,
    "sens" "SensMouvement" NOT NULL,
    "quantite" INTEGER NOT NULL,
    "cree_le" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mouvements_stock_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "articles_reference_key" ON "articles"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "entrepots_code_key" ON "entrepots"("code");

-- AddForeignKey
ALTER TABLE "mouvements_stock" ADD CONSTRAINT "mouvements_stock_article_id_fkey" FOREIGN KEY ("article_id") REFERENCES "articles"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mouvements_stock" ADD CONSTRAINT "mouvements_stock_entrepot_id_fkey" FOREIGN KEY ("entrepot_id") REFERENCES "entrepots"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
