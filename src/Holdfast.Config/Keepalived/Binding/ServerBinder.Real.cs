using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Real servers and the sorry server.</summary>
internal sealed partial class ServerBinder
{
    private ImmutableArray<RealServerModel> BindServers(
        ConfigNode block, VirtualServerModel service, CheckDefaults defaults, ForwardingModel method,
        ref IpFamily family)
    {
        ImmutableArray<RealServerModel>.Builder servers = ImmutableArray.CreateBuilder<RealServerModel>();
        foreach (ConfigNode node in block.All("real_server"))
        {
            RealServerModel server = BindServer(node, block, service, defaults, method);
            if (server.Forwarding.Method != ForwardingMethod.Tunnel)
            {
                if (family != IpFamily.None && server.Address.Family != family)
                {
                    ReportFamily(node.Arguments[0], family);
                    continue;
                }
                family = server.Address.Family;
            }
            if (servers.FirstOrDefault(s => s.Address == server.Address && s.Port == server.Port) is { } first)
            {
                findings.Report(FindingCodes.ServerDuplicate, node.Arguments[0],
                    $"real_server {server.Address} {node.TextAt(1)} stands twice", "remove one of them", null,
                    new RelatedPlace(first.Span, "the first one"));
                continue;
            }
            servers.Add(server);
        }
        return servers.ToImmutable();
    }

    private void ReportFamily(in Word word, IpFamily family)
        => findings.Report(FindingCodes.ServerFamily, word,
            $"'{word}' is of another family than the service, which is IP{family.ToString().ToLowerInvariant()}",
            "only a server behind a tunnel (lvs_method TUN) may be");

    private RealServerModel BindServer(
        ConfigNode node, ConfigNode block, VirtualServerModel service, CheckDefaults defaults, ForwardingModel method)
    {
        CheckDefaults own = defaults.With(node);
        ConfigNode? upper = node.Last("uthreshold");
        ConfigNode? lower = node.Last("lthreshold");
        if (upper is { Number: > 0 } && lower is not null && lower.Number > upper.Number)
        {
            findings.Report(FindingCodes.Thresholds, lower.Span,
                "lthreshold is greater than uthreshold, so the server would never be full");
        }
        var server = new RealServerModel
        {
            Address = node.Address,
            Port = (int)node.Number,
            Span = node.Span,
            Weight = node.Last("weight")?.Number ?? block.Last("weight")?.Number ?? 1,
            Forwarding = ReadMethod(node, "lvs_method", "lvs_method") ?? method,
            UpperThreshold = upper?.Number ?? 0,
            LowerThreshold = lower?.Number ?? 0,
            InhibitOnFailure = node.Last("inhibit_on_failure")?.IsOn ?? block.IsSet("inhibit_on_failure"),
            NotifyUp = bindCommand(node.Last("notify_up"), null),
            NotifyDown = bindCommand(node.Last("notify_down"), null),
            SmtpAlert = node.Last("smtp_alert")?.IsOn ?? block.Last("smtp_alert")?.IsOn ?? true,
            SnmpName = node.Last("snmp_name")?.Text,
        };
        int port = server.Port != 0 ? server.Port : service.Target.Port;
        return server with { Checkers = BindCheckers(node, server.Address, port, own) };
    }

    private SorryServerModel? BindSorryServer(ConfigNode block, ForwardingModel method, IpFamily family)
    {
        ConfigNode? server = null;
        bool inhibit = false;
        ForwardingModel forwarding = method;
        foreach (ConfigNode node in block.ChildrenOrEmpty.Where(static n => n.IsValid))
        {
            switch (node.Spec.Name)
            {
                case "sorry_server":
                    server = ReadSorryServer(node) ? node : server;
                    break;
                case "sorry_server_inhibit" or "sorry_server_lvs_method" when server is null:
                    findings.Report(FindingCodes.SorryServer, node.Keyword,
                        $"{node.Spec.Name} stands without a sorry_server before it", "put it after sorry_server");
                    break;
                case "sorry_server_inhibit":
                    inhibit = true;
                    break;
                case "sorry_server_lvs_method":
                    forwarding = _forwarding.Read(node) ?? forwarding;
                    break;
                default:
                    break;
            }
        }
        if (server is null)
        {
            return null;
        }
        if (family != IpFamily.None && server.Address.Family != family
            && forwarding.Method != ForwardingMethod.Tunnel)
        {
            ReportFamily(server.Arguments[0], family);
            return null;
        }
        return new SorryServerModel(server.Address, (int)server.Number, forwarding, inhibit, server.Span);
    }

    private bool ReadSorryServer(ConfigNode node)
    {
        if (!IpAddress.TryParse(node.Text, out IpAddress address))
        {
            findings.Report(FindingCodes.ServerLine, node.Arguments[0],
                $"sorry_server '{node.Text}' is not an address", "write ADDRESS PORT");
            return false;
        }
        long port = 0;
        if (node.Arguments.Count > 1 && node.Arguments[1].Text != "0"
            && !values.TryInteger("port", node.Arguments[1], 1, 65535, out port))
        {
            return false;
        }
        node.Address = address;
        node.Number = port;
        return true;
    }
}
