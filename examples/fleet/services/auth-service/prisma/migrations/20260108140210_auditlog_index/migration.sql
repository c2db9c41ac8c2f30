-- CreateIndex
CREATE INDEX "audit_logs_entite_entite_id_idx" ON "audit_logs"("entite", "entite_id");
