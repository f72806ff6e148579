package io.inmesh.cli;

import io.inmesh.cli.scan.ArchiveScan;
import io.inmesh.cli.scan.CoveredVersions;
import io.inmesh.cli.scan.Finding;
import io.inmesh.cli.scan.JvmCheck;
import io.inmesh.cli.scan.ScanReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says beforehand what the mesh will see of an application. */
@Command(
    name = "scan",
    description = "Which client and server libraries an app holds, and whether they are routed.",
    mixinStandardHelpOptions = true)
final class ScanCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "ARCHIVE",
      description = "A jar, a war, or a folder of classes and jars.")
  private Path archive;

  @Option(names = "--output", paramLabel = "FORMAT", description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  ScanCommand() {}

  @Override
  public Integer call() {
    ScanReport report = ArchiveScan.of(archive);
    CoveredVersions covered = CoveredVersions.of(Home.find().agentJar());
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.print(Json.write(json(report, covered)));
    } else {
      text(report, covered, out);
    }
    out.flush();
    return 0;
  }

  private void text(ScanReport report, CoveredVersions covered, PrintWriter out) {
    if (report.findings().isEmpty()) {
      out.println("no known client or server library found in " + archive);
    } else {
      TextTable table = new TextTable("LIBRARY", "VERSION", "SIDE", "ROUTED", "SEEN BY");
      for (Finding finding : report.findings()) {
        table.row(
            finding.library().title(),
            finding.version(),
            finding.library().side().word(),
            finding.routed(covered),
            finding.evidence());
      }
      out.print(table.render());
    }
    out.println();
    out.println(
        "classes: "
            + report.classes()
            + ", newest for Java "
            + report.newestJava()
            + (report.buildJdk().isEmpty() ? "" : ", built by JDK " + report.buildJdk()));
    JvmCheck.problems(report).forEach(out::println);
  }

  private Map<String, Object> json(ScanReport report, CoveredVersions covered) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("archive", archive.toString());
    map.put(
        "libraries", report.findings().stream().map(finding -> finding.toMap(covered)).toList());
    map.put("classes", report.classes());
    map.put("newestJava", report.newestJava());
    map.put("buildJdk", report.buildJdk());
    map.put("jvm", JvmCheck.problems(report));
    return map;
  }
}
