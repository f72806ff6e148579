package io.inmesh.cli;

import io.inmesh.cli.demo.Check;
import io.inmesh.cli.demo.Demo;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The online shop in a mesh on this machine. */
@Command(
    name = "demo",
    description = "An online shop in the mesh, live in the terminal.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  /** Whether the services' agents act. */
  enum Mode {
    ON,
    OFF
  }

  private static final List<String> TRY_NEXT =
      List.of(
          "Try next:",
          "  ./inmesh demo                        the same, live; edit its YAML and watch",
          "  sample-apps/shop/mesh/catalog.yaml   the YAML of the split, the beta, the fault",
          "  sample-apps/shop/mesh/security.yaml  and of who may speak with whom, and how",
          "While a demo runs:",
          "  ./inmesh explain --admin shop.shop http://catalog:8080/items",
          "  ./inmesh certs --admin orders.shop",
          "  ./inmesh run --workload mine.shop -- java -jar your-app.jar");

  @Option(
      names = "--once",
      description = "Check everything that the demo shows, print a table, exit with 0 or 1.")
  private boolean once;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "on (default), or off: the same programs without the mesh; every check fails.")
  private Mode mode = Mode.ON;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      description = "text (default) or json, with --once.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  DemoCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Demo demo = new Demo(Home.find(), out, mode == Mode.ON, columns());
    if (!once) {
      demo.live();
      return 0;
    }
    boolean json = output == OutputFormat.JSON;
    List<Check> checks = demo.once(json ? spec.commandLine().getErr() : out);
    boolean ok = checks.stream().allMatch(Check::ok);
    if (json) {
      out.print(Json.write(checks.stream().map(Check::toMap).toList()));
    } else {
      out.println();
      out.print(Demo.table(checks));
      out.println();
      out.println("Counts with chance in them are wrong by chance once in a million runs at most.");
      TRY_NEXT.forEach(out::println);
    }
    out.flush();
    return ok ? 0 : 1;
  }

  /** Told by the launcher when the output is a terminal; 0 when it is not. */
  private static int columns() {
    String columns = System.getenv("INMESH_COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : 0;
  }
}
