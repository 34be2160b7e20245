using System.Collections.Immutable;
using Holdfast.Config.Ipvsadm;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>Adds the services of a file of ipvsadm rules to a model.</summary>
internal static class RuleFileReader
{
    private const string Unreadable = "IV0006";
    private const string SameService = "IV0007";
    private const string UnevenMask = "IV0008";

    /// <summary>Reads a file; every mistake is reported.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Where it is read.</param>
    /// <param name="model">What the other files say.</param>
    /// <param name="findings">Where mistakes go.</param>
    /// <param name="texts">Gets the file's text, for reports.</param>
    /// <returns>The model with the services of the file.</returns>
    public static KeepalivedModel Read(
        string path, IConfigFiles files, KeepalivedModel model, Findings findings, Dictionary<string, string> texts)
    {
        ConfigFile file = files.ReadScript(path);
        if (file.Status != ConfigFileStatus.Read)
        {
            findings.Bag.Add(new(Unreadable, Severity.Error, new SourceSpan(path, 1, 1, 0),
                $"'{path}' {(file.Status == ConfigFileStatus.Missing ? "does not exist" : "cannot be read")}"));
            return model;
        }
        texts[path] = file.Text;
        IpvsadmFileResult parsed = IpvsadmFile.Parse(file.Text, path, new HostFileNames(files));
        var table = IpvsadmTable.Of(parsed.Rules);
        foreach (Diagnostic diagnostic in parsed.Diagnostics.Concat(table.Diagnostics)
            .OrderBy(static d => d.Span.Line))
        {
            findings.Bag.Add(diagnostic);
        }
        ImmutableArray<VirtualServerModel> services = IpvsadmModel.Of(table);
        foreach (VirtualServerModel service in services)
        {
            if (model.VirtualServers.FirstOrDefault(s => s.Target == service.Target && s.Family == service.Family
                && s.Protocol == service.Protocol) is { } other)
            {
                findings.Bag.Add(new Diagnostic(SameService, Severity.Error, service.Span,
                    $"the virtual server {service.Name} stands in two files")
                {
                    Related = [new RelatedPlace(other.Span, "the other one")],
                });
            }
        }
        foreach (IpvsadmTableService service in table.Services.Where(static s => IsUneven(s.Service)))
        {
            findings.Bag.Add(new Diagnostic(UnevenMask, Severity.Error, service.Span,
                "a mask with gaps between its bits is not supported here")
            {
                Help = "write a mask of a prefix, as 255.255.255.0",
            });
        }
        return model with
        {
            VirtualServers = model.VirtualServers.AddRange(services),
            Global = model.Global with { Lvs = WithTable(model.Global.Lvs, table) },
        };
    }

    private static LvsGlobalModel WithTable(LvsGlobalModel lvs, IpvsadmTable table)
    {
        (uint tcp, uint fin, uint udp) = table.Timeouts ?? default;
        return lvs with
        {
            TcpTimeout = tcp == 0 ? lvs.TcpTimeout : TimeSpan.FromSeconds(tcp),
            TcpFinTimeout = fin == 0 ? lvs.TcpFinTimeout : TimeSpan.FromSeconds(fin),
            UdpTimeout = udp == 0 ? lvs.UdpTimeout : TimeSpan.FromSeconds(udp),
            Flush = lvs.Flush || table.IsCleared,
        };
    }

    private static bool IsUneven(IpvsadmService service)
        => service is { Family: IpFamily.V4, Netmask: { } mask } && (~mask & (~mask + 1)) != 0;

    /// <summary>
    /// Names from /etc/hosts and /etc/services, which become part of what was read, so that every process reads the
    /// same; DNS is not asked.
    /// </summary>
    private sealed class HostFileNames(IConfigFiles files) : IIpvsadmNames
    {
        public IpAddress FindAddressV4(string host)
        {
            foreach (string[] words in Lines("/etc/hosts"))
            {
                if (words.AsSpan(1).Contains(host) && IpAddress.TryParse(words[0], out IpAddress address)
                    && address.IsV4)
                {
                    return address;
                }
            }
            return IpAddress.None;
        }

        public ushort? FindPort(string service, string protocol)
        {
            foreach (string[] words in Lines("/etc/services"))
            {
                int slash = words.Length < 2 ? -1 : words[1].IndexOf('/', StringComparison.Ordinal);
                if (slash > 0 && words[1][(slash + 1)..] == protocol
                    && (words[0] == service || words.AsSpan(2).Contains(service))
                    && ushort.TryParse(words[1][..slash], System.Globalization.NumberStyles.None,
                        System.Globalization.CultureInfo.InvariantCulture, out ushort port))
                {
                    return port;
                }
            }
            return null;
        }

        private IEnumerable<string[]> Lines(string path)
            => files.Read(path).Text.Split('\n').Select(static line => line.Split('#')[0]
                .Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)).Where(static w => w.Length > 0);
    }
}
