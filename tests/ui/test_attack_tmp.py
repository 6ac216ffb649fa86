"""Temporary."""
from pathlib import Path
import itertools
from dataclasses import replace
from desks.onemap import OneMap, load_onemap
import pytest
from tests.ui.test_pages import OpenApp, bodies, middle, with_incident
from ui import session
from tests.ui import fakes
import random

@pytest.fixture(scope="module")
def onemap(town: Path) -> OneMap:
    return load_onemap(town)

def live(app): return app.session_state[session.SCENE].live
def scene(app): return app.session_state[session.SCENE]

def test_all(town: Path, open_app: OpenApp, onemap: OneMap) -> None:
    rng = random.Random(1); steps = 0; seen = set()
    for drill in (False, True):
        app = with_incident(open_app(town), middle(onemap), kind="hazmat_leak", drill=drill, live=session.Knobs(kind="hazmat_leak")).run()
        for i in range(70):
            before = scene(app)
            print(i, 'KIND', app.session_state['incident_kind'] if 'incident_kind' in app.session_state else None, [b.value for b in app.get('button_group')], before.live.kind, before.kind, before.live.substance)
            keys = [b.key for b in app.selectbox] 
            acts = ["substance", "quantity", "kind", "container", "cloud", "close", "whatif"]
            act = rng.choice(acts); print('   ',act)
            if act == "substance" and "incident_substance" in keys:
                v = rng.choice(["chlorine", "ammonia", "", "chlorine"])
                app.selectbox(key="incident_substance").set_value(v).run()
                assert live(app).substance == v and scene(app).substance == v, (i, v, live(app))
                if v != before.live.substance: assert live(app).container == ""
            elif act == "quantity" and "incident_substance" in keys:
                v = rng.choice([1.0, 2.5, None, 1.0, 0.0])
                app.number_input(key="incident_quantity").set_value(v).run()
                if v != before.live.quantity_t:
                    assert live(app).quantity_t == (v or None) and scene(app).quantity_t == (v or None), (i, v, live(app))
            elif act == "kind":
                v = rng.choice(["hazmat_leak", "fire", "tank_fire", "hazmat_leak"])
                app.get("button_group")[0].set_value(v).run() if app.get("button_group") else None
                if app.get("button_group"): assert live(app).kind == v == scene(app).kind, (i, v, live(app))
                else: continue
            elif act == "container" and "incident_container" in keys:
                v = rng.choice(app.selectbox(key="incident_container").options and ["", "tonner", "tank_car", "small"])
                from risk.erg_tables import CONTAINERS
                v = rng.choice(["", *list(CONTAINERS)[:2]])
                try: app.selectbox(key="incident_container").set_value(v).run()
                except Exception: continue
                assert live(app).container == v
            elif act == "cloud" and "incident_cloud" in keys:
                v = rng.choice([0, 3, None, 8])
                app.selectbox(key="incident_cloud").set_value(v).run()
                assert live(app).cloud_oktas == v and scene(app).cloud_oktas == v, (i, v, live(app))
            elif act == "whatif" and live(app).quantity_t:
                app.session_state[session.SCENE] = replace(scene(app), quantity_t=9.0)
                app.run()
            elif act == "close" and rng.random() < .3:
                app.button(key="close_incident").click().run()
                assert 'data-state="calm"' in bodies(app)
                assert live(app) == session.Knobs()
                app = with_incident(app, middle(onemap), kind="hazmat_leak", drill=drill, live=session.Knobs(kind="hazmat_leak")).run()
                assert app.selectbox(key="incident_substance").value == ""
                app.selectbox(key="incident_substance").set_value("chlorine").run()
                assert live(app).substance == "chlorine"
            else: continue
            assert not app.exception
            seen.add(act); steps += 1
    print("STEPS", steps, seen)
