package io.inmesh.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Takes a running process out of the mesh. */
@Command(
    name = "detach",
    description = {
      "Takes a running process out of the mesh, for good: its calls and connections are its own.",
      "Refused while policy asks for TLS or decides who may call."
    },
    mixinStandardHelpOptions = true)
final class DetachCommand implements Callable<Integer> {
  @Mixin private AdminOption agent = new AdminOption();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  DetachCommand() {}

  @Override
  public Integer call() {
    String answer = agent.client().post("/detach");
    spec.commandLine().getOut().print(agent.json() ? "{\"detached\": true}\n" : answer);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
