package dev.cordon.console;

import dev.cordon.kpi.Alert;

/** An {@link Alert} as JMX open data, which wants getters. */
public final class AlertView {
    private final Alert of;

    AlertView(Alert of) {
        this.of = of;
    }

    public String getKpi() {
        return of.kpi();
    }

    public String getState() {
        return of.state().name();
    }

    public double getValue() {
        return of.value();
    }

    public double getThreshold() {
        return of.limit();
    }

    public String getUnit() {
        return of.unit();
    }

    public String getSince() {
        return of.since().toString();
    }

    public long getFired() {
        return of.fired();
    }

    public String getMeaning() {
        return of.meaning();
    }

    public String getAction() {
        return of.action();
    }
}
