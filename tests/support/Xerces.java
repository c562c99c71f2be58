import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Base64;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/** Reads lines of a schema and a document, both in Base64; answers each with `valid` or with what is wrong. */
class Xerces {
    public static void main(String[] arguments) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split(" ");
            System.out.println(verdict(parts[0], parts[1]).replace('\n', ' '));
            System.out.flush();
        }
    }

    private static String verdict(String schema, String document) throws IOException {
        try {
            Schema made = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(source(schema));
            made.newValidator().validate(source(document));
            return "valid";
        } catch (SAXException error) {
            return String.valueOf(error.getMessage());
        }
    }

    private static StreamSource source(String text) {
        return new StreamSource(new ByteArrayInputStream(Base64.getDecoder().decode(text)));
    }
}
