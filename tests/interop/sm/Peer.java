// BouncyCastle: a JSON request a line on standard input, a JSON answer a line on standard output. Everything is hexadecimal, so that
// a pattern reads the few members.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.util.encoders.Hex;

public final class Peer {
    private static final X9ECParameters CURVE = GMNamedCurves.getByName("sm2p256v1");
    private static final ECDomainParameters DOMAIN =
        new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());

    private static String member(String line, String name) {
        Matcher matcher = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(line);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no member " + name);
        }
        return matcher.group(1);
    }

    private static byte[] bytes(String line, String name) {
        return Hex.decode(member(line, name));
    }

    private static ECPrivateKeyParameters secret(String line) {
        return new ECPrivateKeyParameters(new BigInteger(member(line, "d"), 16), DOMAIN);
    }

    private static ECPublicKeyParameters open(String line) {
        return new ECPublicKeyParameters(DOMAIN.getCurve().decodePoint(Hex.decode("04" + member(line, "xy"))), DOMAIN);
    }

    private static String answer(String line) throws Exception {
        switch (member(line, "op")) {
            case "sign": {
                SM2Signer signer = new SM2Signer(PlainDSAEncoding.INSTANCE);
                signer.init(true, new ParametersWithRandom(secret(line), new SecureRandom()));
                byte[] message = bytes(line, "m");
                signer.update(message, 0, message.length);
                return "{\"signature\":\"" + Hex.toHexString(signer.generateSignature()) + "\"}";
            }
            case "verify": {
                SM2Signer signer = new SM2Signer(PlainDSAEncoding.INSTANCE);
                signer.init(false, open(line));
                byte[] message = bytes(line, "m");
                signer.update(message, 0, message.length);
                return "{\"verified\":" + signer.verifySignature(bytes(line, "signature")) + "}";
            }
            case "encrypt": {
                SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
                engine.init(true, new ParametersWithRandom(open(line), new SecureRandom()));
                byte[] message = bytes(line, "m");
                return "{\"c\":\"" + Hex.toHexString(engine.processBlock(message, 0, message.length)) + "\"}";
            }
            case "decrypt": {
                SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
                engine.init(false, secret(line));
                byte[] sent = bytes(line, "c");
                return "{\"m\":\"" + Hex.toHexString(engine.processBlock(sent, 0, sent.length)) + "\"}";
            }
            default:
                throw new IllegalArgumentException("no such operation");
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String answer;
            try {
                answer = answer(line);
            } catch (Exception error) {
                answer = "{\"error\":\"" + error.getClass().getSimpleName() + "\"}";
            }
            System.out.println(answer);
            System.out.flush();
        }
    }
}
