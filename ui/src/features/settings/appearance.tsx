import { Segments } from "../../design/controls";
import { Panel } from "../../design/panel";
import { usePreferences } from "../../state/preferences";

/** How everything looks on this device. */
export function Appearance() {
  const { theme, colours, density, zone, prefer } = usePreferences();
  return (
    <Panel title="Appearance">
      <div className="grid gap-4 p-4 sm:grid-cols-2">
        <Segments
          label="Theme"
          options={{ dark: "Dark", light: "Light", system: "System" }}
          value={theme}
          onChoose={(chosen) => {
            prefer({ theme: chosen });
          }}
        />
        <Segments
          label="Gain and loss"
          options={{ "green-red": "Green, red", "blue-orange": "Blue, orange" }}
          value={colours}
          onChoose={(chosen) => {
            prefer({ colours: chosen });
          }}
        />
        <Segments
          label="Density"
          options={{ dense: "Dense", calm: "Calm" }}
          value={density}
          onChoose={(chosen) => {
            prefer({ density: chosen });
          }}
        />
        <Segments
          label="Times"
          options={{ UTC: "UTC", local: "Of this device" }}
          value={zone}
          onChoose={(chosen) => {
            prefer({ zone: chosen });
          }}
        />
      </div>
    </Panel>
  );
}
