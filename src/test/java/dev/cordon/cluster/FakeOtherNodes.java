package dev.cordon.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Other nodes that the test plays: without any, a node that is alone. */
public final class FakeOtherNodes implements OtherNodes {
    /** A node's answers to one kind of question. */
    private record Respondent(String kind, String node, UnaryOperator<String> answer) {}

    private final List<Respondent> respondents = new CopyOnWriteArrayList<>();
    private final List<String> silent = new CopyOnWriteArrayList<>();
    public volatile List<NodeDirectory.Node> known = List.of();
    /** Runs at each question. */
    public volatile Runnable whenAsked = () -> {};

    public void answers(String kind, String node, UnaryOperator<String> answer) {
        respondents.add(new Respondent(kind, node, answer));
    }

    public void isSilent(String node) {
        silent.add(node);
    }

    @Override
    public boolean waits() {
        return !respondents.isEmpty() || !silent.isEmpty();
    }

    @Override
    public Answers ask(String kind, String text) {
        whenAsked.run();
        Map<String, String> texts = new LinkedHashMap<>();
        respondents.stream()
                .filter(of -> of.kind().equals(kind))
                .forEach(of -> texts.put(of.node(), of.answer().apply(text)));
        return new Answers(texts, new ArrayList<>(silent));
    }

    @Override
    public Answers ask(String node, String kind, String text) {
        Map<String, String> texts = new LinkedHashMap<>(ask(kind, text).texts());
        texts.keySet().retainAll(List.of(node));
        return new Answers(texts, texts.isEmpty() ? List.of(node) : List.of());
    }

    @Override
    public List<NodeDirectory.Node> known() {
        return known;
    }
}
