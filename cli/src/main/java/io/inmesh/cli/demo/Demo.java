package io.inmesh.cli.demo;

import io.inmesh.cli.Home;
import io.inmesh.cli.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/**
 * The demo.
 *
 * @param on false leaves the mesh switched off, to see what it does when it is on
 * @param columns of the terminal that can be drawn over; 0 if the output is none
 */
public record Demo(Home home, PrintWriter out, boolean on, int columns) {

  /** Checks all that the demo shows; within 90 seconds. Progress goes to {@code progress}. */
  public List<Check> once(PrintWriter progress) throws InterruptedException {
    try (ShopMesh mesh = start(progress)) {
      return OnceRun.run(
          mesh,
          home.shopJar(),
          check -> {
            progress.println("  " + (check.ok() ? "ok      " : "failed  ") + check.name());
            progress.flush();
          });
    }
  }

  /** Shows everything until the JVM is ended. */
  public void live() throws InterruptedException {
    try (ShopMesh mesh = start(out)) {
      new LiveRun(mesh, out, columns, next(mesh)).run();
    }
  }

  /** The checks as a table. */
  public static String table(List<Check> checks) {
    TextTable table = new TextTable("CHECK", "EXPECTED", "SEEN", "OK");
    for (Check check : checks) {
      table.row(check.name(), check.expected(), check.seen(), check.ok() ? "ok" : "failed");
    }
    return table.render();
  }

  private ShopMesh start(PrintWriter progress) {
    Path work = WorkFolder.create(home.root().resolve("target/demo"));
    progress.println("Starting a control plane and six services; YAML and logs in " + shown(work));
    if (on) {
      progress.println(
          "Mutual TLS is STRICT; at the front door alone, PERMISSIVE as an ingress, customers enter"
              + " in clear.");
    }
    progress.flush();
    return ShopMesh.start(home, work, on);
  }

  private List<String> next(ShopMesh mesh) {
    return List.of(
        "Try next, in another terminal:",
        "  edit   " + shown(mesh.folder().catalog()) + "   (save and watch)",
        "  edit   " + shown(mesh.folder().security()) + "   (let orders ask pricing)",
        "  open   " + mesh.url(ShopService.SHOP) + "/",
        "  run    ./inmesh explain --admin shop.shop http://catalog:8080/items",
        "  run    ./inmesh certs --admin orders.shop",
        "  run    ./inmesh ps        ./inmesh status",
        "  run    ./inmesh run --workload mine.shop -- java -jar your-app.jar");
  }

  private String shown(Path path) {
    return home.root().relativize(path).toString();
  }
}
