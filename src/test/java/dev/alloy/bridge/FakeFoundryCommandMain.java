package dev.alloy.bridge;

import dev.alloy.bridge.wire.EmitRequest;
import dev.alloy.bridge.wire.FoundryGrpc;
import dev.alloy.bridge.wire.StatusRequest;
import dev.alloy.bridge.wire.Throttle;
import dev.alloy.bridge.wire.TraceRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import java.io.PrintStream;
import java.util.List;

/** The program itself: {@code --addr URL emit|status|trace …}, with the texts of Foundry's command. */
final class FakeFoundryCommandMain {

    private FakeFoundryCommandMain() {}

    /** For the shell script. */
    public static void main(String[] args) {
        String address = args[1].replace("http://", "");
        var channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                .build();
        var foundry = FoundryGrpc.newBlockingStub(channel);
        PrintStream out = System.out;
        List<String> rest = List.of(args).subList(2, args.length);
        switch (rest.get(0)) {
            case "emit" ->
                out.println("Event emitted: "
                        + foundry.emit(EmitRequest.newBuilder()
                                        .setEventType(rest.get(1))
                                        .setProject(option(rest, "--project="))
                                        .setThrottle(throttle(option(rest, "--throttle=")))
                                        .setPayloadJson(option(rest, "--payload="))
                                        .build())
                                .getEventId());
            case "status" -> {
                var flows = foundry.status(StatusRequest.newBuilder()
                                .setWorkflowId(rest.size() > 1 ? rest.get(1) : "")
                                .build())
                        .getWorkflowsList();
                if (flows.isEmpty()) {
                    out.println("No active workflows.");
                }
                flows.forEach(flow -> out.println(flow.getWorkflowId() + " [" + flow.getWorkflowType() + "] "
                        + flow.getProject() + " — running"));
            }
            default -> {
                boolean found = foundry.trace(TraceRequest.newBuilder()
                                .setEventId(rest.get(1))
                                .build())
                        .getFound();
                out.println(found ? "trace: there" : "No trace found for " + rest.get(1) + " (expired or unknown).");
            }
        }
        channel.shutdownNow();
    }

    private static String option(List<String> words, String name) {
        return words.stream()
                .filter(word -> word.startsWith(name))
                .findFirst()
                .map(word -> word.substring(name.length()))
                .orElse("");
    }

    private static Throttle throttle(String name) {
        return switch (name) {
            case "audit_only" -> Throttle.THROTTLE_AUDIT_ONLY;
            case "dry_run" -> Throttle.THROTTLE_DRY_RUN;
            default -> Throttle.THROTTLE_FULL;
        };
    }
}
