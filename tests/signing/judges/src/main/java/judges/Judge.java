package judges;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.simplereport.jaxb.XmlTimestamp;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Two judges in one process: EU DSS for signatures, veraPDF for PDF/A-2b.
 *
 * <p>The arguments are the trusted roots (DER or PEM). Then each line on standard input names a PDF and is answered
 * with one line of JSON: {@code {"signatures": [{"field", "indication", "reason", "level", "timestamps", "errors"}],
 * "timestamps": […], "pdfa": {"compliant", "failed": […]}}}, or {@code {"error"}}. Nothing is fetched.
 */
public final class Judge {
  /** What a later revision must not do; the default constraints only warn of it. The seal lawfully overlaps. */
  private static final String[] FORBIDDEN = {
    "PdfVisualDifference", "UndefinedChanges", "DocMDP", "FieldMDP", "SigFieldLock", "AnnotationChanges"
  };

  private final CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
  private final byte[] strict = strictConstraints();

  private Judge(String[] roots) throws IOException {
    VeraGreenfieldFoundryProvider.initialise();
    for (String root : roots) {
      trusted.addCertificate(DSSUtils.loadCertificate(new File(root)));
    }
  }

  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ENGLISH);
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Judge judge = new Judge(arguments);
    BufferedReader names = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String name = names.readLine(); name != null; name = names.readLine()) {
      answers.println(judge.answer(new File(name)));
    }
  }

  private static byte[] strictConstraints() throws IOException {
    try (InputStream found = Judge.class.getResourceAsStream("/policy/constraint.xml")) {
      String words = new String(found.readAllBytes(), StandardCharsets.UTF_8);
      for (String rule : FORBIDDEN) {
        words = words.replace("<" + rule + " Level=\"WARN\"", "<" + rule + " Level=\"FAIL\"");
      }
      return words.getBytes(StandardCharsets.UTF_8);
    }
  }

  private String answer(File file) {
    try {
      return "{" + signatures(file) + ", " + pdfa(file) + "}";
    } catch (Exception problem) {
      return "{\"error\": " + quoted(problem.getClass().getSimpleName() + ": " + problem.getMessage()) + "}";
    }
  }

  private String signatures(File file) throws IOException {
    CommonCertificateVerifier verifier = new CommonCertificateVerifier();
    verifier.setTrustedCertSources(trusted);
    SignedDocumentValidator validator;
    try {
      validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
    } catch (UnsupportedOperationException unsupported) {
      throw new IOException(unsupported.getMessage(), unsupported);
    }
    validator.setCertificateVerifier(verifier);
    Reports reports = validator.validateDocument(new ByteArrayInputStream(strict));
    SimpleReport report = reports.getSimpleReport();
    DiagnosticData facts = reports.getDiagnosticData();
    List<String> signatures = new ArrayList<>();
    for (String id : report.getSignatureIdList()) {
      signatures.add("{\"field\": " + quoted(facts.getSignatureById(id).getFirstFieldName())
          + ", \"level\": " + quoted(String.valueOf(report.getSignatureFormat(id)))
          + ", \"timestamps\": " + timestamps(report, id)
          + ", " + indication(report, id) + "}");
    }
    List<String> timestamps = new ArrayList<>();
    for (String id : report.getTimestampIdList()) {
      timestamps.add("{" + indication(report, id) + "}");
    }
    return "\"signatures\": [" + String.join(", ", signatures) + "], \"timestamps\": ["
        + String.join(", ", timestamps) + "]";
  }

  /** What is said of each time stamp over a signature, its own and those of the document. */
  private static String timestamps(SimpleReport report, String id) {
    List<String> found = new ArrayList<>();
    for (XmlTimestamp one : report.getSignatureTimestamps(id)) {
      found.add(quoted(String.valueOf(one.getIndication())));
    }
    return "[" + String.join(", ", found) + "]";
  }

  private static String indication(SimpleReport report, String id) {
    List<String> errors = new ArrayList<>();
    report.getAdESValidationErrors(id).forEach(message -> errors.add(quoted(message.getValue())));
    return "\"indication\": " + quoted(String.valueOf(report.getIndication(id)))
        + ", \"reason\": " + quoted(String.valueOf(report.getSubIndication(id)))
        + ", \"errors\": [" + String.join(", ", errors) + "]";
  }

  private static String pdfa(File file) throws Exception {
    try (InputStream bytes = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(bytes, PDFAFlavour.PDFA_2_B);
        PDFAValidator validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFA_2_B, false)) {
      ValidationResult result = validator.validate(parser);
      List<String> failed = new ArrayList<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        failed.add(quoted(assertion.getRuleId().getClause() + " " + assertion.getMessage()));
      }
      return "\"pdfa\": {\"compliant\": " + result.isCompliant() + ", \"failed\": [" + String.join(", ", failed) + "]}";
    }
  }

  private static String quoted(String words) {
    StringBuilder text = new StringBuilder("\"");
    for (char letter : String.valueOf(words).toCharArray()) {
      if (letter == '"' || letter == '\\') {
        text.append('\\').append(letter);
      } else if (letter < ' ') {
        text.append(String.format("\\u%04x", (int) letter));
      } else {
        text.append(letter);
      }
    }
    return text.append('"').toString();
  }
}
