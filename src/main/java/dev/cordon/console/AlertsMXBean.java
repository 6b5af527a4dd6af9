package dev.cordon.console;

import java.util.List;

/** {@code cordon:type=Alerts}. */
@Description("The KPIs with their thresholds, and which of them are crossed.")
public interface AlertsMXBean {
    @Description("Names of the rules that fire now.")
    List<String> getFiring();

    @Description("Every rule as it stood at the last look.")
    List<AlertView> getRules();

    @Description("The last 200 alerts that began or ended, the newest first, one line each.")
    List<String> getHistory();

    @Description("Looks at every rule now instead of at the next five seconds.")
    void evaluate();
}
