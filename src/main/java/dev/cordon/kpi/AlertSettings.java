package dev.cordon.kpi;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the alerts, all of which may change while the node runs.
 *
 * @param limits {@code cordon.alert.<kpi>} by KPI, where set; infinite for a rule that is off
 * @param webhook {@code cordon.alert.webhook}: http or https address that receives each alert
 */
public record AlertSettings(Map<String, Double> limits, Optional<URI> webhook) {
    public static final AlertSettings DEFAULTS = new AlertSettings(Map.of(), Optional.empty());

    /** @throws IllegalArgumentException naming the setting that is wrong, without quoting an address */
    public AlertSettings {
        limits = Map.copyOf(limits);
        if (webhook.isPresent() && !usable(webhook.get())) {
            throw new IllegalArgumentException("cordon.alert.webhook must be an http or https address with a host");
        }
    }

    private static boolean usable(URI address) {
        return ("http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme()))
                && address.getHost() != null;
    }

    double limit(Threshold of) {
        return limits.getOrDefault(of.kpi(), of.limit());
    }

    /** Leaves out the address of the webhook, because a receiver may treat its address as a secret. */
    @Override
    public String toString() {
        return "AlertSettings[limits=%s, webhook=%s]".formatted(limits, webhook.isPresent() ? "set" : "none");
    }
}
