using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdfast.Lab;

namespace Holdfast.Parity.Tests.GenHash;

/// <summary>genhash beside the original: what it asks, what it prints, how it ends.</summary>
public sealed class GenHashTests : IDisposable
{
    private const string Page = "HTTP/1.1 200 OK\r\nServer: test\r\n\r\n<html>\n\ttext \u0001\u007f\n</html>\n";

    private readonly Lab.Lab _lab = Lab.Lab.Create();
    private readonly LabNode _node;

    public GenHashTests() => _node = _lab.AddNode("node");

    [Theory]
    [InlineData("-u /", Page)]
    [InlineData("--url /a/b?c=d", Page)]
    [InlineData("-u / -v", Page)]
    [InlineData("-u / -V www.example.org", Page)]
    [InlineData("-u / -P 1.1", Page)]
    [InlineData("-u / -P 1.0c", Page)]
    [InlineData("-u / -P 1.1 -V www.example.org -t 3", Page)]
    [InlineData("-u /", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("-u / -v", "HTTP/1.0 404 Not Found\r\nContent-Length: 9\r\n\r\nnot there")]
    [InlineData("-u /", "HTTP/1.0 200 OK\r\n\r\n")]
    public void Page_OverTcp_IsAskedForAndPrintedAsTheOriginalDoes(string arguments, string answer)
        => Compare(arguments, answer, null);

    [Theory]
    [InlineData("-S -u /")]
    [InlineData("-S -u / -I -V www.example.org")]
    public void Page_OverTls_IsAskedForAndPrintedAsTheOriginalDoes(string arguments)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(
            "CN=www.example.org", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(
            new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2120, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);

        Compare(arguments, Page, certificate);
    }

    [Fact]
    public void Nobody_Listens_EndsAsTheOriginalDoes()
    {
        (LabProcess original, LabProcess ours) = Both("-s 127.0.0.1 -p 81 -u /");

        Assert.Equal(original.Exit!.Value, ours.Exit!.Value);
    }

    public void Dispose() => _lab.Dispose();

    private void Compare(string arguments, string answer, X509Certificate2? certificate)
    {
        using Socket listener = _node.Run(static () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Listen(16);
            return socket;
        });
        var requests = new ConcurrentQueue<string>();
        new Thread(() => Serve(listener, answer, certificate, requests)) { IsBackground = true }.Start();
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;

        (LabProcess original, LabProcess ours) = Both(string.Create(
            CultureInfo.InvariantCulture, $"-s 127.0.0.1 -p {port} {arguments}"));

        string[] asked = [.. requests];
        Assert.Equal(2, asked.Length);
        Assert.Equal(asked[0], asked[1]);
        Assert.Equal(WithoutTime(original.Output), WithoutTime(ours.Output));
        Assert.Equal(original.Exit!.Value, ours.Exit!.Value);
    }

    private (LabProcess Original, LabProcess Ours) Both(string arguments)
    {
        string[] words = arguments.Split(' ');
        Assert.True(File.Exists(Programs.Original));
        return (_node.Execute("/usr/bin/genhash", words),
            _node.Execute(Path.Combine(Programs.Root, "out", "genhash"), words));
    }

    /// <summary>How long it took differs every time.</summary>
    private static string WithoutTime(string output)
        => string.Join('\n', output.Split('\n').Select(static line => line.StartsWith(
            "Global response time for ", StringComparison.Ordinal) ? line[..line.IndexOf('=', StringComparison.Ordinal)]
            : line));

    private static void Serve(
        Socket listener, string answer, X509Certificate2? certificate, ConcurrentQueue<string> requests)
    {
        try
        {
            while (true)
            {
                using Socket client = listener.Accept();
                using Stream plain = new NetworkStream(client);
                using Stream stream = certificate is null ? plain : new SslStream(plain);
                (stream as SslStream)?.AuthenticateAsServer(certificate!);
                requests.Enqueue(ReadHead(stream));
                stream.Write(Encoding.Latin1.GetBytes(answer));
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException
            or InvalidOperationException)
        {
            requests.Enqueue(e.Message); // the test is over, or the client was refused, which it then shows
        }
    }

    private static string ReadHead(Stream stream)
    {
        var text = new StringBuilder();
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)
            && stream.ReadByte() is >= 0 and var octet)
        {
            text.Append((char)octet);
        }
        return text.ToString();
    }
}
