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
INSERT INTO "event" VALUES('dea72bf7',1,1,'2026-11-22T14:56:03.288569Z','2026-11-22T14:56:03.288569Z','周与安','年度核实','add','depot','d1',1,'{"personal":{},"props":{"area_m2":null,"beds":null,"kinds":null,"name":null,"open":null},"shape":null}','{"personal":{"contact":"Yeocl3O/jUYnrva/llxXakk7Gq1/RKjNrnvKDWaInAIXoA==","person":"22356f90e8a27bc2","phone":"L/cH3Mlfcjv5nDkSaqbfJZWSIq1mmKm/151lSr0HUKC2z8CN"},"props":{"area_m2":12.5,"beds":40,"kinds":["帐篷","水"],"name":"南库","open":true},"shape":"POINT (113.25 22.5)"}','0000000000000000000000000000000000000000000000000000000000000000','e321f3f77d926a61d2494d5482ba46b943c743b7c013877022ac3fe8d5795ad8');
INSERT INTO "event" VALUES('dea72bf7',2,2,'2026-11-22T14:56:03.288569Z','2026-11-22T14:56:03.288569Z','周与安','年度核实','add','depot','d2',1,'{"personal":{},"props":{"name":null}}','{"personal":{"contact":"jnIgI42Qaoq/bOL6u4akA1zGKiWwx1EDBbtid2evO/UicQ==","person":"23564fde883f3700"},"props":{"name":"北库"}}','e321f3f77d926a61d2494d5482ba46b943c743b7c013877022ac3fe8d5795ad8','bf4c8b15ec2a4e296281e715ab6e6b2075326c9c7ac6da405fef3d96809d5c3b');
INSERT INTO "event" VALUES('dea72bf7',3,3,'2026-11-22T14:56:03.288569Z','2026-11-22T14:56:03.288569Z','周与安','年度核实','add','depot','d3',1,'{"props":{"name":null}}','{"props":{"name":"旧库"}}','bf4c8b15ec2a4e296281e715ab6e6b2075326c9c7ac6da405fef3d96809d5c3b','46a3ae424e4e353b06c3fd78110dfcce7ec7fa6bb8750cf78dafa2ef4f4e46f8');
INSERT INTO "event" VALUES('dea72bf7',4,4,'2026-11-22T14:56:03.533098Z','2026-11-22T14:56:03.533098Z','周与安','年度核实','set','depot','d1',2,'{"props":{"beds":40,"open":true}}','{"props":{"beds":44,"open":null}}','46a3ae424e4e353b06c3fd78110dfcce7ec7fa6bb8750cf78dafa2ef4f4e46f8','9ae63f04ba8813f6cf65f0b8597ead73cd0c6c23cd625779a38a4bc4d0830f20');
INSERT INTO "event" VALUES('dea72bf7',5,5,'2026-11-22T14:56:03.581427Z','2026-11-22T14:56:03.581427Z','周与安','年度核实','remove','depot','d3',2,'{"personal":{},"props":{"name":"旧库"},"shape":null}','{"removed":true}','9ae63f04ba8813f6cf65f0b8597ead73cd0c6c23cd625779a38a4bc4d0830f20','6b25e896a08bd04c76f58235550f4da5c66752188a481c97493b733b4c984bce');
INSERT INTO "event" VALUES('dea72bf7',6,6,'2026-11-22T14:56:03.597515Z','2026-11-22T14:56:03.597515Z','周与安','年度核实','unmask','depot','d1',0,'{}','{"columns":["phone"]}','6b25e896a08bd04c76f58235550f4da5c66752188a481c97493b733b4c984bce','ca6037b50e712192a2f58fce5adf0cdab6662fdd860144b294fe712adebab171');
INSERT INTO "event" VALUES('dea72bf7',7,7,'2026-11-22T14:56:03.618464Z','2026-11-22T14:56:03.618464Z','周与安','年度核实','erase','depot','d2',0,'{}','{"persons":["23564fde883f3700"]}','ca6037b50e712192a2f58fce5adf0cdab6662fdd860144b294fe712adebab171','8b48872d0f2cc3c3cebc4a23079cfc69863c8c0e3993b315b8cb3d48a8f14724');
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
INSERT INTO "feature" VALUES('depot','d2','000000000002:dea72bf7:000000000002',1,'bf4c8b15ec2a4e296281e715ab6e6b2075326c9c7ac6da405fef3d96809d5c3b','{"name":"北库"}',NULL,'{"contact":"jnIgI42Qaoq/bOL6u4akA1zGKiWwx1EDBbtid2evO/UicQ==","person":"23564fde883f3700"}');
INSERT INTO "feature" VALUES('depot','d1','000000000001:dea72bf7:000000000001',2,'9ae63f04ba8813f6cf65f0b8597ead73cd0c6c23cd625779a38a4bc4d0830f20','{"area_m2":12.5,"beds":44,"kinds":["帐篷","水"],"name":"南库"}',X'01010000000000000000505C400000000000803640','{"contact":"Yeocl3O/jUYnrva/llxXakk7Gq1/RKjNrnvKDWaInAIXoA==","person":"22356f90e8a27bc2","phone":"L/cH3Mlfcjv5nDkSaqbfJZWSIq1mmKm/151lSr0HUKC2z8CN"}');
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('post','dea72bf7');
INSERT INTO "meta" VALUES('secret','26cedb5f16e69282593cdb4fce254e0b9450d9286a49b23261b2e4cc857f52e0');
INSERT INTO "meta" VALUES('place','vm:65024:2809872');
CREATE TABLE person (
	id VARCHAR NOT NULL, 
	tag VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (tag)
);
INSERT INTO "person" VALUES('22356f90e8a27bc2','0e06fa906b19f8176eae61ddf3d399ff08ae22b42a0261a5973514ea77413fed','XyRcI+6qIUdMwgDdZh4IL1ISjuktQfDeLgLUX8/NE7A=');
CREATE INDEX event_of_feature ON event (layer, id);
CREATE INDEX event_known ON event (known_at);
CREATE INDEX event_clock ON event (clock);
CREATE TRIGGER event_no_update before update on event begin select raise(abort, 'events are only added'); end;
CREATE TRIGGER event_no_delete before delete on event begin select raise(abort, 'events are only added'); end;
CREATE TRIGGER event_no_replace before insert on event when exists (select 1 from event where (post = new.post and seq = new.seq) or hash = new.hash) begin select raise(abort, 'events are only added'); end;
COMMIT;
