-- A store as the first release wrote it (schema version 1), with one finished run.
CREATE TABLE meta (
	"key" VARCHAR(40) NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema_version','1');
CREATE TABLE runs (
	id VARCHAR(32) NOT NULL,
	state VARCHAR(16) NOT NULL,
	reason TEXT NOT NULL,
	control VARCHAR(16) NOT NULL,
	owner VARCHAR(64) NOT NULL,
	origin VARCHAR(40) NOT NULL,
	spec TEXT NOT NULL,
	created_at DOUBLE NOT NULL,
	started_at DOUBLE,
	heartbeat_at DOUBLE,
	finished_at DOUBLE,
	epoch INTEGER NOT NULL,
	step INTEGER NOT NULL,
	total_steps INTEGER NOT NULL,
	images_per_second DOUBLE,
	eta_seconds DOUBLE,
	device TEXT NOT NULL,
	versions TEXT NOT NULL,
	synthetic BOOLEAN NOT NULL,
	parameters INTEGER,
	seconds DOUBLE,
	train_loss DOUBLE,
	train_accuracy DOUBLE,
	test_loss DOUBLE,
	test_accuracy DOUBLE,
	PRIMARY KEY (id)
);
INSERT INTO "runs" VALUES('aaaabbbbcccc','DONE','','','ada','app','{"model": "fast", "data": "signs", "epochs": 2, "recipe": "fast", "seed": 0}',1.79525869898228096965e+09,1700000001.0,NULL,1.79525869899419140808e+09,0,0,0,NULL,NULL,'','{}',false,NULL,NULL,NULL,NULL,NULL,0.975);
CREATE INDEX runs_by_age ON runs (created_at);
CREATE TABLE layers (
	run_id VARCHAR(32) NOT NULL,
	position INTEGER NOT NULL,
	name VARCHAR(120) NOT NULL,
	PRIMARY KEY (run_id, position),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO "layers" VALUES('aaaabbbbcccc',0,'stem_conv');
INSERT INTO "layers" VALUES('aaaabbbbcccc',1,'fc6');
CREATE TABLE metrics (
	run_id VARCHAR(32) NOT NULL,
	name VARCHAR(40) NOT NULL,
	step INTEGER NOT NULL,
	epoch INTEGER NOT NULL,
	value DOUBLE,
	PRIMARY KEY (run_id, name, step),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO "metrics" VALUES('aaaabbbbcccc','loss',1,1,1.0);
INSERT INTO "metrics" VALUES('aaaabbbbcccc','loss',2,1,0.5);
INSERT INTO "metrics" VALUES('aaaabbbbcccc','loss',3,1,3.33333333333333314829e-01);
CREATE TABLE norms (
	run_id VARCHAR(32) NOT NULL,
	step INTEGER NOT NULL,
	layer INTEGER NOT NULL,
	value DOUBLE,
	PRIMARY KEY (run_id, step, layer),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO "norms" VALUES('aaaabbbbcccc',1,0,0.5);
INSERT INTO "norms" VALUES('aaaabbbbcccc',1,1,2.0);
CREATE TABLE predictions (
	run_id VARCHAR(32) NOT NULL,
	image INTEGER NOT NULL,
	label INTEGER NOT NULL,
	predicted INTEGER NOT NULL,
	confidence DOUBLE,
	PRIMARY KEY (run_id, image),
	FOREIGN KEY(run_id) REFERENCES runs (id) ON DELETE CASCADE
) WITHOUT ROWID;
INSERT INTO "predictions" VALUES('aaaabbbbcccc',0,0,0,0.9);
INSERT INTO "predictions" VALUES('aaaabbbbcccc',1,1,2,0.4);
