using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Config.Nginx;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Proxy.Options;
using Holdfast.Tests.Repository;
using Holdfast.Web.Logs;
using Holdfast.Web.Running;
using Holdfast.Web.Translation;

namespace Holdfast.Web.Tests.Tls;

/// <summary>An http block run by the real nginx and by ours, asked the same over TLS; they must say the same.</summary>
internal sealed partial class TlsPair : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hf-tls");
    private readonly OriginalNginx _original;
    private readonly WebLogs _logs;
    private readonly WebEngine _engine;

    /// <param name="transport">Of ours.</param>
    /// <param name="http">The block; @D@ has the certificates, sockets are @S@/name.</param>
    internal TlsPair(TransportChoice transport, string http)
    {
        Certificates = new TestCertificates(_directory.FullName);
        string theirs = Write("theirs", http);
        string ours = Write("ours", http);
        _original = new OriginalNginx(theirs);
        NginxParseResult parsed = NginxParser.Parse(ours, MemoryConfigFiles.Of(ours, File.ReadAllText(ours)));
        Assert.DoesNotContain(parsed.Diagnostics, static d => d.Severity == Severity.Error);
        string prefix = _directory.FullName + "/ours/";
        WebConfiguration configuration = WebTranslator.Translate(parsed.Model, ours, prefix,
            new WebFacts(1, true, ImmutableDictionary<string, ImmutableArray<IpAddress>>.Empty)) with
        {
            Transport = transport,
            IsCompatible122 = true,
        };
        _logs = new WebLogs(prefix);
        _engine = WebEngine.Start(configuration, [], _logs, failure => Failure = failure);
    }

    internal TestCertificates Certificates { get; }

    internal Exception? Failure { get; private set; }

    /// <summary>The sockets of both.</summary>
    internal IEnumerable<string> Paths(string socket)
        => ((string[])["theirs", "ours"]).Select(side => Path.Combine(_directory.FullName, side, socket));

    internal string DirectoryName => _directory.FullName;

    /// <summary>One request over TLS.</summary>
    /// <param name="socket">Where.</param>
    /// <param name="host">Its Host.</param>
    /// <param name="options">TLS; null: as SslStream does with that host.</param>
    /// <param name="before">What is sent before TLS.</param>
    /// <returns>Name of the certificate, and all that is answered; "refused" when there is no TLS.</returns>
    internal string Same(
        string socket, string host, SslClientAuthenticationOptions? options = null, string before = "")
        => SameOf(socket, client =>
        {
            client.Send(Encoding.ASCII.GetBytes(before));
            using SslStream tls = new(new NetworkStream(client), false, static (_, one, _, _) => one is not null);
            try
            {
                tls.AuthenticateAsClient(options ?? new() { TargetHost = host });
                tls.Write(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
                using StreamReader reader = new(tls, Encoding.Latin1);
                return $"{tls.RemoteCertificate!.Subject} {reader.ReadToEnd()}";
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                return "refused";
            }
        });

    /// <summary>The same without TLS.</summary>
    internal string SamePlain(string socket, string text) => SameOf(socket, client =>
    {
        client.Send(Encoding.ASCII.GetBytes(text));
        using StreamReader reader = new(new NetworkStream(client), Encoding.Latin1);
        return reader.ReadToEnd();
    });

    /// <summary>Does the same with both.</summary>
    internal string SameOf(string socket, Func<Socket, string> client)
    {
        string[] said = [.. Paths(socket).Select(path =>
        {
            using Socket connection = Connect(path);
            connection.ReceiveTimeout = (int)s_patience.TotalMilliseconds;
            return Plain(client(connection));
        })];
        Assert.True(Failure is null, Failure?.ToString());
        Assert.Equal(said[0], said[1]);
        return said[1];
    }

    public void Dispose()
    {
        _original.Dispose();
        _engine.Dispose();
        _logs.Dispose();
        Certificates.Dispose();
        _directory.Delete(recursive: true);
    }

    internal static string Plain(string answer)
        => Dates().Replace(answer, "").ReplaceLineEndings("\n");

    private string Write(string side, string http)
    {
        string own = Path.Combine(_directory.FullName, side);
        Directory.CreateDirectory(own);
        string file = Path.Combine(own, "nginx.conf");
        File.WriteAllText(file, $$"""
            events { }
            http {
            access_log off; error_log @S@/error.log info;
            client_body_temp_path @S@/body; proxy_temp_path @S@/proxy; fastcgi_temp_path @S@/fastcgi;
            uwsgi_temp_path @S@/uwsgi; scgi_temp_path @S@/scgi;
            ssl_protocols TLSv1.2 TLSv1.3;
            ssl_certificate @D@/a.pem; ssl_certificate_key @D@/a.key;
            {{http}}
            }
            """.Replace("@S@", own, StringComparison.Ordinal)
            .Replace("@D@", _directory.FullName, StringComparison.Ordinal));
        return file;
    }

    private Socket Connect(string path)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return OriginalDaemon.Connect(path);
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(start) < s_patience && !_original.HasEnded)
            {
                Thread.Yield(); // the original has not opened it yet
            }
        }
    }

    [GeneratedRegex("Date: [^\r]*\r\n")]
    private static partial Regex Dates();
}
