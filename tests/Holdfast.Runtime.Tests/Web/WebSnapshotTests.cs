using System.Collections.Immutable;
using Holdfast.Config.Nginx;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Runtime.Web;
using Holdfast.Web.Running;
using Holdfast.Web.Translation;

namespace Holdfast.Runtime.Tests.Web;

/// <summary>An nginx.conf on its way to its process.</summary>
public sealed class WebSnapshotTests
{
    private const string Path = "/etc/nginx/nginx.conf";

    private const string Text = """
        env FIRST;
        env SECOND=2;
        events {}
        http { server { listen 127.0.0.1:8080; location / { proxy_pass http://back.example; } } }
        """;

    [Fact]
    public void Snapshot_ReadBack_IsTheSameToTheEngine()
    {
        ImmutableArray<IpAddress> addresses = [IpAddress.Parse("192.0.2.1"), IpAddress.Parse("2001:db8::1")];
        WebSnapshot before = Snapshot(new WebFacts(3, true,
            ImmutableDictionary<string, ImmutableArray<IpAddress>>.Empty.Add("back.example", addresses)));

        WebSnapshot after = WebSnapshot.FromBytes(before.ToBytes());

        WebConfiguration configuration = after.Translate();
        Assert.Equal("/srv/", configuration.Prefix);
        Assert.Equal(4, configuration.ThreadCount); // of -g, which the file does not say
        Assert.Equal("127.0.0.1:8080", Assert.Single(configuration.Listeners).Name);
        Assert.Equal(addresses, configuration.Hosts["back.example"]);
        Assert.Equal("/var/log/x", after.ErrorLog);
        Assert.Equal(before.ToBytes(), after.ToBytes());
    }

    [Fact]
    public void Snapshot_OfSomethingElse_IsRefused()
        => Assert.Throws<InvalidDataException>(() => WebSnapshot.FromBytes(new byte[16]));

    [Fact]
    public void Environment_IsTheTimeZoneAndWhatIsNamed()
    {
        WebSnapshot snapshot = Snapshot(WebFacts.None);
        var serving = new WebServing(snapshot.Translate(), snapshot.ToBytes()) { LogPaths = [] };

        Assert.Equal(["SECOND=2", "FIRST=1", "TZ=UTC"],
            serving.EnvironmentOf(["FIRST=1", "FIRSTLY=0", "SECOND=0", "TZ=UTC", "PATH=/bin"]));
    }

    private static WebSnapshot Snapshot(WebFacts facts)
    {
        var options = new NginxParseOptions
        {
            Prefix = "/srv/",
            GlobalDirectives = "worker_processes 4;",
            IsToRun = true,
        };
        NginxParseResult parsed = NginxParser.Parse(Path, new OneFile(), options);
        Assert.Empty(parsed.OriginalLines);
        return new WebSnapshot(Path, parsed.Snapshot, facts) { Options = options, ErrorLog = "/var/log/x" };
    }

    private sealed class OneFile : IConfigFiles
    {
        public string HostName => "host";

        public string WorkingDirectory => "/";

        public ConfigFile Read(string path) => path == Path
            ? new ConfigFile(ConfigFileStatus.Read, Text) : new ConfigFile(ConfigFileStatus.Missing, "");

        public ConfigFile ReadScript(string path) => Read(path);

        public IReadOnlyList<string> List(string directory) => [];

        public string? GetEnvironment(string name) => null;
    }
}
