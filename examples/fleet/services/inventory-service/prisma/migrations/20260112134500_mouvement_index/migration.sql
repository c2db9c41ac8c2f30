-- CreateIndex
CREATE INDEX "mouvements_stock_article_id_cree_le_idx" ON "mouvements_stock"("article_id", "cree_le");
