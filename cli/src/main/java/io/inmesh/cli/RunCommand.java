package io.inmesh.cli;

import io.inmesh.cli.run.JavaCommand;
import io.inmesh.cli.run.LocalAuthority;
import io.inmesh.cli.run.RunFolder;
import io.inmesh.cli.run.RunningControlPlane;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a user's own app in the mesh of this machine. */
@Command(
    name = "run",
    description = "Run your own app in the mesh of this machine.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example: ./inmesh run --workload front.shop -- java -jar app.jar"})
final class RunCommand implements Callable<Integer> {
  private static final int GRACE_SECONDS = 5;

  @Option(
      names = "--workload",
      required = true,
      paramLabel = "NAME.NAMESPACE",
      description = "Who the app is in the mesh.")
  private String workload;

  @Option(
      names = "--xds",
      paramLabel = "HOST:PORT",
      description = "The control plane; not needed for the one that runs here.")
  private String xds = "";

  @Option(names = "--ip", description = "The workload's address in the mesh; 127.0.0.1 if absent.")
  private String ip = "127.0.0.1";

  @Option(names = "--labels", paramLabel = "K=V,…", description = "app=NAME if absent.")
  private String labels = "";

  @Option(
      names = "--service-account",
      paramLabel = "ACCOUNT",
      description = "Whose certificate it gets from the mesh that runs here; NAME if absent.")
  private String account = "";

  @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "java …, or what starts it.")
  private List<String> command;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  RunCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!workload.matches("[^.]+\\.[^.]+")) {
      throw new ParameterException(
          spec.commandLine(), "--workload " + workload + " is not NAME.NAMESPACE");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    String name = workload.substring(0, workload.indexOf('.'));
    settings.putAll(
        connection(workload.substring(name.length() + 1), account.isEmpty() ? name : account));
    settings.put("workload", workload);
    settings.put("ip", ip);
    settings.put("labels", labels.isEmpty() ? "app=" + name : labels);
    JavaCommand java = new JavaCommand(Home.find().agentJar(), settings);
    boolean direct = JavaCommand.isJava(command);
    ProcessBuilder builder =
        new ProcessBuilder(direct ? java.inserted(command) : command).inheritIO();
    if (!direct) {
      builder
          .environment()
          .merge("JAVA_TOOL_OPTIONS", java.toolOptions(), (own, ours) -> own + " " + ours);
    }
    return runToEnd(builder);
  }

  private static int runToEnd(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    Thread hook = new Thread(() -> end(process), "end of the app");
    Runtime.getRuntime().addShutdownHook(hook);
    return process.waitFor();
  }

  /** The terminal's Ctrl-C reached the app too: it gets time for its own way to end. */
  private static void end(Process process) {
    try {
      process.destroy();
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
    }
  }

  /** How to reach the control plane, and as whom. */
  private Map<String, String> connection(String namespace, String serviceAccount) {
    if (!xds.isEmpty()) {
      return Map.of("xds", xds.contains("://") ? xds : "http://" + xds);
    }
    RunningControlPlane here =
        RunFolder.ofUser()
            .controlPlane()
            .orElseThrow(
                () ->
                    new Failure(
                        "no control plane runs here; start ./inmesh demo or ./inmesh"
                            + " control-plane, or name one by --xds HOST:PORT"));
    return here.authority()
        .map(authority -> identity(here, authority, namespace, serviceAccount))
        .orElseGet(here::anonymous);
  }

  private Map<String, String> identity(
      RunningControlPlane here, LocalAuthority authority, String namespace, String serviceAccount) {
    return authority
        .settings(namespace, serviceAccount)
        .orElseGet(
            () -> {
              spec.commandLine()
                  .getErr()
                  .printf(
                      "inmesh: %s in %s is no service account of this mesh, so the app has no"
                          + " certificate; there are %s, and a WorkloadEntry with serviceAccount"
                          + " in %s adds one%n",
                      serviceAccount,
                      namespace,
                      String.join(", ", authority.accounts(namespace)),
                      here.config());
              return here.anonymous();
            });
  }
}
