using Holdfast.Runtime.Checks;

namespace Holdfast.Runtime.Tests.Checks;

/// <summary>SSL_GET against the server of the openssl command.</summary>
public sealed class TlsCheckTests : IDisposable
{
    private const int Port = 4433;
    private const string Url = "url {\npath /\n}\n";

    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-tls-").FullName;

    public TlsCheckTests()
    {
        MakeCertificate("ca", "/CN=Test CA", null);
        MakeCertificate("good", "/CN=good.test", "subjectAltName=DNS:good.test");
        MakeCertificate("other", "/CN=other.test", "subjectAltName=DNS:other.test");
        MakeCertificate("client", "/CN=client", "subjectAltName=DNS:client");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Tls_NoCa_AnyCertificateWillDo() => With([], bed =>
        Assert.Equal(ProbeResult.Success, bed.First(Model("", Url)).Result));

    [Theory]
    [InlineData("good.test", ProbeOutcome.Success)]
    [InlineData("bad.test", ProbeOutcome.Certificate)] // X509_V_ERR_HOSTNAME_MISMATCH
    public void Tls_CaGiven_TheNameHasToBeThere(string host, ProbeOutcome outcome) => With([], bed =>
        Assert.Equal(outcome, bed.First(Model($"ca {File("ca.pem")}", $"virtualhost {host}\n{Url}")).Result.Outcome));

    [Fact]
    public void Tls_CertificateOfAnotherAuthority_IsRefused() => With([], bed =>
    {
        ServerReport report = bed.First(Model($"ca {File("client.pem")}", Url));
        Assert.Equal(ProbeOutcome.Certificate, report.Result.Outcome);
        Assert.NotEqual(0, report.Result.Detail);
    });

    [Theory]
    [InlineData("enable_sni", "other.test", ProbeOutcome.Success)]
    [InlineData("", "other.test", ProbeOutcome.Certificate)] // without SNI the other certificate comes
    [InlineData("sni_name other.test", "good.test", ProbeOutcome.Success)]
    public void Tls_Sni_ChoosesTheCertificate(string sni, string host, ProbeOutcome outcome) => With(
        ["-servername", "other.test", "-cert2", File("other.pem"), "-key2", File("other.key")],
        bed => Assert.Equal(outcome,
            bed.First(Model($"ca {File("ca.pem")}", $"{sni}\nvirtualhost {host}\n{Url}")).Result.Outcome));

    [Theory]
    [InlineData(true, ProbeOutcome.Success)]
    [InlineData(false, ProbeOutcome.TlsHandshake)]
    public void Tls_ServerWantsACertificate_OursIsShown(bool given, ProbeOutcome outcome) => With(
        ["-Verify", "1", "-verify_return_error", "-CAfile", File("ca.pem")],
        bed => Assert.Equal(outcome, bed.First(Model(
            given ? $"certificate {File("client.pem")}\nkey {File("client.key")}" : "", Url)).Result.Outcome));

    [Fact]
    public void Tls_FileIsMissing_IsAProblemAndTheCheckFails() => With([], bed =>
    {
        ServerReport report = bed.First(Model($"ca {File("nothere.pem")}", Url));
        Assert.Equal(ProbeOutcome.Configuration, report.Result.Outcome);
        Assert.Contains("nothere.pem", Assert.Single(bed.Engine.Problems), StringComparison.Ordinal);
    });

    [Fact]
    public void Tls_FilesAreReplaced_AReloadReadsThem() => With([], bed =>
    {
        string trusted = File("trusted.pem");
        System.IO.File.Copy(File("client.pem"), trusted);
        Config.Keepalived.Model.KeepalivedModel model = Model($"ca {trusted}", Url);
        Assert.Equal(ProbeOutcome.Certificate, bed.First(model).Result.Outcome);
        System.IO.File.Copy(File("ca.pem"), trusted, overwrite: true);
        bed.Apply(model);
        Assert.Equal(ServerReportKind.Up, bed.NextReport().Kind);
        // One that is half written takes nobody out.
        System.IO.File.WriteAllText(trusted, "-----BEGIN CERTIFICATE-----");
        bed.Apply(model);
        Assert.Contains("stays in use", Assert.Single(bed.Engine.Problems), StringComparison.Ordinal);
        long before = bed.Engine.Statistics.Succeeded;
        bed.Until(() => bed.Engine.Statistics.Succeeded >= before + 3);
        Assert.Equal(ServerReportKind.Up, bed.Last.Kind);
    });

    [Fact]
    public void Tls_PlainServer_IsAFailedHandshake() => CheckBed.Run(bed =>
    {
        using var server = new ScriptedServer(static client => client.Send("220 I am not TLS\r\n"u8));
        ServerReport report = bed.First(CheckBed.Model(server.Port, $"SSL_GET {{\nretry 0\n{Url}}}"));
        Assert.Equal(ProbeOutcome.TlsHandshake, report.Result.Outcome);
    });

    private static Config.Keepalived.Model.KeepalivedModel Model(string ssl, string check)
        => CheckBed.Model(Port, $"SSL_GET {{\nretry 0\nconnect_timeout 5\n{check}}}", "",
            ssl.Length == 0 ? "" : $"SSL {{\n{ssl}\n}}\n");

    private string File(string name) => Path.Combine(_directory, name);

    private void MakeCertificate(string name, string subject, string? extension)
    {
        string[] signed = extension is null ? []
            : ["-CA", File("ca.pem"), "-CAkey", File("ca.key"), "-addext", extension];
        OpenSsl(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", subject, "-keyout", File(name + ".key"), "-out", File(name + ".pem"), .. signed]).WaitForExit();
        Assert.True(System.IO.File.Exists(File(name + ".pem")));
    }

    private void With(string[] arguments, Action<CheckBed> test) => CheckBed.Run(bed =>
    {
        using TestProcess server = OpenSsl(["s_server", "-accept", "4433", "-www", "-cert", File("good.pem"), "-key",
            File("good.key"), .. arguments]);
        try
        {
            string? line = "";
            while (line?.StartsWith("ACCEPT", StringComparison.Ordinal) == false)
            {
                line = server.ReadLine();
            }
            Assert.NotNull(line);
            test(bed);
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    });

    private static TestProcess OpenSsl(string[] arguments) => TestProcess.Start("/usr/bin/openssl", arguments);
}
