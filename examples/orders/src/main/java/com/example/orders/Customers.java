package com.example.orders;

import dev.cordon.hook.ConnectPolicy;
import dev.cordon.hook.HookAnswer;
import dev.cordon.hook.HookCall;
import dev.cordon.protocol.Channel;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Lets customers in, and subscribes each to the channel of its own orders. */
@ApplicationScoped
public class Customers implements ConnectPolicy {
    @Override
    public HookAnswer connect(HookCall.Connect call) {
        String customer = call.client().user().value();
        if (customer.startsWith("banned")) {
            return HookAnswer.close(4503, "no orders from you");
        }
        return HookAnswer.accept().subscribing(List.of(Channel.parse("orders#" + customer)));
    }
}
