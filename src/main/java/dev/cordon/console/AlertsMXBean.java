package dev.cordon.console;

import java.util.List;

/** {@code cordon:type=Alerts}: the alert rules for JMX. */
@Description("The KPIs with their thresholds, and which of them are exceeded.")
public interface AlertsMXBean {
    @Description("Names of the rules that fire now.")
    List<String> getFiring();

    @Description("The state of every rule at the last evaluation.")
    List<AlertView> getRules();

    @Description("The last 200 alerts that began or ended, the newest first, one line each.")
    List<String> getHistory();

    @Description("Evaluates every rule now instead of within the next five seconds.")
    void evaluate();
}
