using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>The checkers of a real server.</summary>
internal sealed partial class ServerBinder
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_httpRetryDelay = TimeSpan.FromSeconds(3);

    private ImmutableArray<CheckerModel> BindCheckers(
        ConfigNode server, IpAddress address, int port, CheckDefaults defaults)
    {
        ImmutableArray<CheckerModel>.Builder checkers = ImmutableArray.CreateBuilder<CheckerModel>();
        foreach (ConfigNode node in server.ChildrenOrEmpty.Where(static n => n.IsValid
            && n.Spec.Opens != BlockKind.None))
        {
            CheckDefaults own = defaults.With(node);
            switch (node.Spec.Opens)
            {
                case BlockKind.HttpCheck:
                    checkers.AddIfBound(BindHttp(node, Connect(node, address, port, own), own));
                    break;
                case BlockKind.SmtpCheck:
                    checkers.AddRange(BindSmtp(node, address, port, own));
                    break;
                case BlockKind.MiscCheck:
                    checkers.AddIfBound(BindMisc(node, own));
                    break;
                case BlockKind.FileCheck:
                    checkers.AddIfBound(BindFile(node, own));
                    break;
                case BlockKind.BfdCheck:
                    BindBfd(node, own, checkers);
                    break;
                default:
                    checkers.Add(BindSimple(node, Connect(node, address, port, own), own));
                    break;
            }
        }
        return checkers.ToImmutable();
    }

    private NetworkCheckerModel BindSimple(ConfigNode node, CheckConnectionModel connection, CheckDefaults own)
        => node.Spec.Opens switch
        {
            BlockKind.PingCheck => new PingCheckModel
            {
                Span = node.Span, Connection = connection, Timing = own.Timing(1, s_second),
            },
            BlockKind.UdpCheck => BindUdp(node, connection, own),
            BlockKind.DnsCheck => BindDns(node, connection, own),
            _ => new TcpCheckModel
            {
                Span = node.Span, Connection = connection, Timing = own.Timing(1, s_second),
            },
        };

    private CheckConnectionModel Connect(ConfigNode node, IpAddress address, int port, CheckDefaults own)
    {
        IpAddress target = node.Last("connect_ip")?.Address ?? address;
        ConfigNode? bind = node.Last("bindto");
        IpAddress before = address;
        foreach (ConfigNode child in node.ChildrenOrEmpty.Where(static c => c.IsValid))
        {
            before = child.Spec.Name == "connect_ip" ? child.Address : before;
            if (child.Spec.Name == "bindto" && child.Address.Family != before.Family)
            {
                findings.Report(
                    child.Address.Family == target.Family ? FindingCodes.BindOrder : FindingCodes.BindFamily,
                    child.Arguments[0], child.Address.Family == target.Family
                        ? "keepalived compares this with the address that stands above it"
                        : $"{child.Address} cannot be the source of a connection to {target}");
                bind = child.Address.Family == target.Family ? bind : null;
            }
        }
        if (target.IsLinkLocalV6 && node.Last("bind_if") is null)
        {
            findings.Report(FindingCodes.LinkLocalCheck, node.Keyword,
                $"{target} is link-local, so the check needs an interface", "add: bind_if INTERFACE");
        }
        return new CheckConnectionModel(
            target, (int)(node.Last("connect_port")?.Number ?? port), bind?.Address ?? default,
            (int)(node.Last("bind_port")?.Number ?? 0), node.Last("bind_if")?.Text,
            (uint)(node.Last("fwmark")?.Number ?? 0), own.Timeout);
    }

    private DnsCheckModel BindDns(ConfigNode node, CheckConnectionModel connection, CheckDefaults own)
    {
        string name = node.Last("name")?.Text ?? ".";
        string[] labels = name.TrimEnd('.').Split('.');
        bool isRoot = name == ".";
        if (!isRoot && labels.Any(static l => l.Length == 0))
        {
            findings.Report(FindingCodes.BadText, node.Last("name")!.Arguments[0], $"'{name}' has an empty label");
            name = ".";
        }
        else if (!isRoot && (name.Length > 253 || labels.Any(static l => l.Length > 63)))
        {
            findings.Report(FindingCodes.NameTooLong, node.Last("name")!.Arguments[0],
                "a name has at most 253 characters, and 63 between two dots", "shorten it");
        }
        return new DnsCheckModel
        {
            Span = node.Span,
            Connection = connection,
            Timing = own.Timing(3, null),
            QueryType = node.Last("type")?.Text.ToUpperInvariant() ?? "SOA",
            QueryName = name,
        };
    }

    private UdpCheckModel BindUdp(ConfigNode node, CheckConnectionModel connection, CheckDefaults own)
    {
        ImmutableArray<byte> payload = Hex(node.Last("payload"), wildcards: false, out _);
        ImmutableArray<byte> reply = Hex(node.Last("require_reply"), wildcards: true, out ImmutableArray<byte> mask);
        long min = node.Last("min_reply_length")?.Number ?? 0;
        long max = node.Last("max_reply_length")?.Number ?? 255;
        if (min > max)
        {
            findings.Report(FindingCodes.UdpLength, node.Keyword,
                "min_reply_length is greater than max_reply_length, so every reply would be wrong");
        }
        return new UdpCheckModel
        {
            Span = node.Span,
            Connection = connection,
            Timing = own.Timing(1, s_second),
            Payload = payload,
            RequireReply = node.Last("require_reply") is not null,
            Reply = reply,
            ReplyMask = mask,
            ReplyBytesMin = (int)min,
            ReplyBytesMax = (int)max,
        };
    }

    private ImmutableArray<byte> Hex(ConfigNode? node, bool wildcards, out ImmutableArray<byte> mask)
    {
        mask = [];
        if (node is null)
        {
            return [];
        }
        string text = string.Join(' ', node.Arguments.Select(static w => w.Text));
        if (!HexText.TryRead(text, wildcards, out ImmutableArray<byte> bytes, out mask))
        {
            findings.Report(FindingCodes.HexForm, node.Arguments[0], $"{node.Spec.Name} is not hexadecimal: '{text}'",
                wildcards ? "write pairs of 0-9, a-f and x" : "write pairs of 0-9 and a-f");
        }
        return bytes;
    }

    private IEnumerable<CheckerModel> BindSmtp(ConfigNode node, IpAddress address, int port, CheckDefaults own)
    {
        string helo = node.Last("helo_name")?.Text ?? "smtpchecker.keepalived.org";
        CheckConnectionModel outer = Connect(node, address, port, own);
        bool hasHosts = false;
        foreach (ConfigNode host in node.All("host"))
        {
            hasHosts = true;
            CheckDefaults inner = own.With(host);
            yield return new SmtpCheckModel
            {
                Span = host.Span, Timing = inner.Timing(1, s_second), HeloName = helo,
                Connection = Connect(host, outer.Address, outer.Port, inner),
            };
        }
        if (!hasHosts)
        {
            yield return new SmtpCheckModel
            {
                Span = node.Span, Timing = own.Timing(1, s_second), HeloName = helo, Connection = outer,
            };
        }
    }

    private MiscCheckModel? BindMisc(ConfigNode node, CheckDefaults own)
    {
        if (bindCommand(node.Last("misc_path"), node.Last("user")) is not { } command)
        {
            findings.Report(FindingCodes.ServerIncomplete, node.Keyword, "MISC_CHECK has no misc_path",
                "add: misc_path \"COMMAND\"");
            return null;
        }
        CheckTimingModel timing = own.Timing(0, s_second);
        TimeSpan timeout = node.Last("misc_timeout")?.Time ?? TimeSpan.Zero;
        return new MiscCheckModel
        {
            Span = node.Span,
            Timing = timing,
            Command = command,
            Timeout = timeout > TimeSpan.Zero ? timeout : timing.DelayLoop,
            IsDynamic = node.IsSet("misc_dynamic"),
        };
    }

    private FileCheckModel? BindFile(ConfigNode node, CheckDefaults own)
    {
        ConfigNode? name = node.Last("track_file");
        ConfigNode? file = name is null ? null : files.Find(name.Text);
        if (name is null || file is null)
        {
            string? near = name is null ? null : NearestWord.Find(name.Text, files.Names);
            findings.Report(FindingCodes.ServerIncomplete, name?.Arguments[0].Span ?? node.Span, name is null
                ? "FILE_CHECK names no track_file" : $"track_file '{name.Text}' is not defined anywhere",
                near is null ? "add a block track_file NAME" : $"did you mean '{near}'?", near);
            return null;
        }
        files.MarkUsed(name.Text);
        if (Binder.IsAfter(file.Span, node.Span))
        {
            findings.Report(FindingCodes.TrackerForward, name.Arguments[0],
                $"'{name.Text}' is defined further down; keepalived would ignore it here", null, null,
                new RelatedPlace(file.Span, "defined here"));
        }
        ConfigNode? weight = node.Last("weight") ?? file.Last("weight");
        return new FileCheckModel
        {
            Span = node.Span,
            Timing = own.Timing(0, s_second) with { Warmup = TimeSpan.Zero },
            TrackFile = name.Text,
            Weight = (int)(weight?.Number ?? 1),
            Reverse = weight?.IsOn ?? false,
        };
    }

    private void BindBfd(ConfigNode node, CheckDefaults own, ImmutableArray<CheckerModel>.Builder checkers)
    {
        ConfigNode? name = node.Last("name");
        ConfigNode? session = name is null ? null
            : root.All("bfd_instance").FirstOrDefault(b => b.Text == name.Text);
        string? problem = name is null ? "BFD_CHECK has no name"
            : name.Arguments.Count > 1 ? "BFD_CHECK takes one name"
            : session is null ? $"bfd_instance '{name.Text}' is not defined anywhere"
            : session.IsSet("vrrp") && !session.IsSet("checker") ? $"bfd_instance '{name.Text}' is for VRRP only"
            : checkers.OfType<BfdCheckModel>().Any(c => c.Name == name.Text)
                ? $"this server has a check of '{name.Text}' already" : null;
        if (problem is not null)
        {
            findings.Report(FindingCodes.ServerIncomplete, name?.Arguments[0].Span ?? node.Span, problem);
            return;
        }
        checkers.Add(new BfdCheckModel
        {
            Span = node.Span, Timing = own.Timing(0, s_second) with { Warmup = TimeSpan.Zero }, Name = name!.Text,
        });
    }
}
