import type { DroneView } from "@pista/contracts";
import { IconDrone } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useWords } from "../messages/use-words.ts";
import "./drone-cards.css";

export function DroneCards({ drones }: { readonly drones: readonly DroneView[] }) {
  const { say } = useWords();
  return (
    <section aria-label={say("drone.title")} className="city-section">
      <h2 className="counts-title">{say("drone.title")}</h2>
      {drones.length === 0 ? <p className="third">{say("drone.none")}</p> : null}
      <div className="drones">
        {drones.map((drone) => (
          <DroneCard drone={drone} key={drone.id} />
        ))}
      </div>
    </section>
  );
}

export function DroneCard({ drone }: { readonly drone: DroneView }) {
  const { say, formats } = useWords();
  const isUp = drone.gateway === "online";
  const facts = [
    drone.speedMps === null ? undefined : `${formats.tenths(drone.speedMps)} m/s`,
    drone.position === null ? undefined : `${formats.tenths(drone.position.upM)} m`,
    drone.batteryPct === null ? undefined : formats.percent(drone.batteryPct / 100),
  ];
  const phase = isUp && drone.phase ? say(`drone.${drone.phase}`) : undefined;
  const gateway = {
    online: "gatewayOnline",
    offline: "gatewayOffline",
    none: "gatewayNone",
  } as const;
  return (
    <Link
      className="drone-card"
      data-gateway={drone.gateway}
      data-testid={`drone-${drone.id}`}
      params={{ droneId: drone.id }}
      to="/fly/$droneId"
    >
      <IconDrone aria-hidden="true" className="drone-icon" size={28} stroke={1.4} />
      <span className="drone-name">
        <b>{drone.name}</b>
        <span className="second">
          {[
            phase ?? say(`drone.${gateway[drone.gateway]}`),
            drone.pilot ? say("drone.pilot", { name: drone.pilot.name }) : say("drone.noPilot"),
          ].join(" · ")}
        </span>
      </span>
      <span className="drone-facts figure">
        {isUp ? facts.filter((fact) => fact !== undefined).join("  ") : ""}
      </span>
    </Link>
  );
}
