package dev.cordon.console;

import dev.cordon.kpi.Alert;
import dev.cordon.kpi.AlertBoard;
import dev.cordon.kpi.AlertLog;
import java.util.List;

record AlertsBean(AlertBoard board) implements AlertsMXBean {
    @Override
    public List<String> getFiring() {
        return board.alerts().stream()
                .filter(alert -> alert.state() == Alert.State.FIRING)
                .map(Alert::kpi)
                .toList();
    }

    @Override
    public List<AlertView> getRules() {
        return board.alerts().stream().map(AlertView::new).toList();
    }

    @Override
    public List<String> getHistory() {
        return board.history().stream()
                .map(event -> event.at() + " " + AlertLog.line(event))
                .toList();
    }

    @Override
    public void evaluate() {
        board.evaluate();
    }
}
