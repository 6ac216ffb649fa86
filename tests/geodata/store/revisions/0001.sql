BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE event (
	post VARCHAR NOT NULL, 
	seq INTEGER NOT NULL, 
	clock INTEGER NOT NULL, 
	at VARCHAR NOT NULL, 
	known_at VARCHAR NOT NULL, 
	who TEXT NOT NULL, 
	why TEXT NOT NULL, 
	kind VARCHAR NOT NULL, 
	layer VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	previous VARCHAR NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (post, seq), 
	UNIQUE (hash)
);
INSERT INTO "event" VALUES('635f898c',1,1,'2026-11-22T14:46:34.972707Z','2026-11-22T14:46:34.972707Z','周与安','年度核实','add','depot','d1',1,'{"personal":{},"props":{"area_m2":null,"beds":null,"kinds":null,"name":null,"open":null},"shape":null}','{"personal":{"contact":"Sif+6LE8lwtZGoulKumfinGf5WFg/QzhQerZDil6+teQcg==","person":"ad315c35cf9c1967","phone":"dUcg6Dh412qSZeacocJHL5xuPxUNQgsLlf26kyo4/QRnyhj81GjP"},"props":{"area_m2":12.5,"beds":40,"kinds":["帐篷","水"],"name":"南库","open":true},"shape":"POINT (113.25 22.5)"}','0000000000000000000000000000000000000000000000000000000000000000','15fdfc68d57321f07ca756779fd21a080fc6243e759601e92cb43e06c5a1a6ce');
INSERT INTO "event" VALUES('635f898c',2,2,'2026-11-22T14:46:34.972707Z','2026-11-22T14:46:34.972707Z','周与安','年度核实','add','depot','d2',1,'{"personal":{},"props":{"name":null}}','{"personal":{"contact":"3jNF2aJg/WEvyqSlEznbfXZHu4uvrkecugmj5m9/vBgARw==","person":"cb0dae370709dcc8"},"props":{"name":"北库"}}','15fdfc68d57321f07ca756779fd21a080fc6243e759601e92cb43e06c5a1a6ce','89efab96310c642d57fcea2b2de79c7b4bed2a5fa43628f964f57cb10236ab07');
INSERT INTO "event" VALUES('635f898c',3,3,'2026-11-22T14:46:34.972707Z','2026-11-22T14:46:34.972707Z','周与安','年度核实','add','depot','d3',1,'{"props":{"name":null}}','{"props":{"name":"旧库"}}','89efab96310c642d57fcea2b2de79c7b4bed2a5fa43628f964f57cb10236ab07','9f16142de475981db81a32bbd321c7709621ffab9c82118a3a9f08e07bf7c0bb');
INSERT INTO "event" VALUES('635f898c',4,4,'2026-11-22T14:46:35.001482Z','2026-11-22T14:46:35.001482Z','周与安','年度核实','set','depot','d1',2,'{"props":{"beds":40,"open":true}}','{"props":{"beds":44,"open":null}}','9f16142de475981db81a32bbd321c7709621ffab9c82118a3a9f08e07bf7c0bb','b431821a1480a460120ef9dcf8f8a0c71084ddaa854559fe0d956e5d4638f348');
INSERT INTO "event" VALUES('635f898c',5,5,'2026-11-22T14:46:35.009175Z','2026-11-22T14:46:35.009175Z','周与安','年度核实','remove','depot','d3',2,'{"personal":{},"props":{"name":"旧库"},"shape":null}','{"removed":true}','b431821a1480a460120ef9dcf8f8a0c71084ddaa854559fe0d956e5d4638f348','ebe1a46706c7a4ad55b92efc1c9aab72564e50bdf4aa507183fd6da62c416006');
INSERT INTO "event" VALUES('635f898c',6,6,'2026-11-22T14:46:35.012712Z','2026-11-22T14:46:35.012712Z','周与安','年度核实','unmask','depot','d1',0,'{}','{"columns":["phone"]}','ebe1a46706c7a4ad55b92efc1c9aab72564e50bdf4aa507183fd6da62c416006','e7ef967cb7c9680cc6f04d44d98cd71ca5f5e68f27edaa625fd7c6d0f694609c');
INSERT INTO "event" VALUES('635f898c',7,7,'2026-11-22T14:46:35.017553Z','2026-11-22T14:46:35.017553Z','周与安','年度核实','erase','depot','d2',0,'{}','{"persons":["cb0dae370709dcc8"]}','e7ef967cb7c9680cc6f04d44d98cd71ca5f5e68f27edaa625fd7c6d0f694609c','4216c47b6f91e50caaaccdeef9619033b3d602488c09cd4cb6b97d44325ffa5c');
CREATE TABLE feature (
	layer VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	born VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	head VARCHAR NOT NULL, 
	props TEXT NOT NULL, 
	shape BLOB, 
	sealed TEXT NOT NULL, 
	PRIMARY KEY (layer, id)
);
INSERT INTO "feature" VALUES('depot','d2','000000000002:635f898c:000000000002',1,'89efab96310c642d57fcea2b2de79c7b4bed2a5fa43628f964f57cb10236ab07','{"name":"北库"}',NULL,'{"contact":"3jNF2aJg/WEvyqSlEznbfXZHu4uvrkecugmj5m9/vBgARw==","person":"cb0dae370709dcc8"}');
INSERT INTO "feature" VALUES('depot','d1','000000000001:635f898c:000000000001',2,'b431821a1480a460120ef9dcf8f8a0c71084ddaa854559fe0d956e5d4638f348','{"area_m2":12.5,"beds":44,"kinds":["帐篷","水"],"name":"南库"}',X'01010000000000000000505C400000000000803640','{"contact":"Sif+6LE8lwtZGoulKumfinGf5WFg/QzhQerZDil6+teQcg==","person":"ad315c35cf9c1967","phone":"dUcg6Dh412qSZeacocJHL5xuPxUNQgsLlf26kyo4/QRnyhj81GjP"}');
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('post','635f898c');
INSERT INTO "meta" VALUES('secret','501bd9d9847d909bc2275380ca4205d6c2fc244f2b6e7c7d6faacaecc344b162');
INSERT INTO "meta" VALUES('place','vm:65024:2427299');
CREATE TABLE person (
	id VARCHAR NOT NULL, 
	tag VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (tag)
);
INSERT INTO "person" VALUES('ad315c35cf9c1967','2f85c40d2d612b9ca3756428c8dcb4744d9feff638348df6c405efca7db678dd','4uPl3UITwzqga1tEOj6Ix5RBNnrRep4NALxExoIzOV4=');
CREATE INDEX event_of_feature ON event (layer, id);
CREATE INDEX event_known ON event (known_at);
CREATE INDEX event_clock ON event (clock);
CREATE TRIGGER event_no_update before update on event begin select raise(abort, 'events are only added'); end;
CREATE TRIGGER event_no_delete before delete on event begin select raise(abort, 'events are only added'); end;
CREATE TRIGGER event_no_replace before insert on event when exists (select 1 from event where (post = new.post and seq = new.seq) or hash = new.hash) begin select raise(abort, 'events are only added'); end;
COMMIT;
