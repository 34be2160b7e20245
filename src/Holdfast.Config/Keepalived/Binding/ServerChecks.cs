using System.Globalization;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Virtual and real servers: headers and what is mandatory, so that mistakes are found already.</summary>
internal static class ServerChecks
{
    private static readonly string[] s_methods = ["NAT", "DR", "TUN"];

    public static void Check(ConfigNode root, Findings findings)
    {
        foreach (ConfigNode server in root.All("virtual_server"))
        {
            CheckService(server, findings);
        }
        foreach (ConfigNode group in root.All("virtual_server_group"))
        {
            foreach (MappedText line in group.LinesOrEmpty)
            {
                CheckGroupLine(WordSplitter.Split(line), findings);
            }
        }
        foreach (ConfigNode bfd in root.All("bfd_instance"))
        {
            if (bfd.Last("neighbor_ip") is null && bfd.Last("neighbour_ip") is null)
            {
                findings.Report(FindingCodes.ServerIncomplete, bfd.Arguments[0],
                    $"bfd_instance '{bfd.Text}' has no neighbor_ip");
            }
        }
    }

    private static void CheckService(ConfigNode server, Findings findings)
    {
        List<Word> words = server.Arguments;
        bool isAddress = words[0].Text is not ("fwmark" or "group");
        if (isAddress)
        {
            CheckAddressPort(server, findings, portOptional: server.Last("persistence_timeout") is not null);
        }
        else if (words.Count < 2)
        {
            findings.Report(FindingCodes.MissingParameter, words[0], $"virtual_server {words[0]} lacks its value");
        }
        else if (words[0].Text == "fwmark" && !uint.TryParse(words[1].Text, CultureInfo.InvariantCulture, out _))
        {
            findings.Report(FindingCodes.ServerLine, words[1], $"'{words[1]}' is not a mark");
        }
        Methods(server, findings);
        foreach (ConfigNode real in server.All("real_server"))
        {
            CheckAddressPort(real, findings, portOptional: true);
            Methods(real, findings);
        }
        CheckQuorum(server, findings);
        if (!server.All("real_server").Any())
        {
            findings.Report(FindingCodes.ServerIncomplete, server.Arguments[0],
                $"virtual_server {string.Join(' ', words)} has no real_server");
        }
    }

    private static void CheckQuorum(ConfigNode server, Findings findings)
    {
        long quorum = server.Last("quorum")?.Number ?? 1;
        if (server.Last("hysteresis") is { } hysteresis && hysteresis.Number >= quorum)
        {
            findings.Report(FindingCodes.QuorumOrder, hysteresis.Span, "the hysteresis has to be less than the quorum");
        }
        long each = server.Last("weight")?.Number ?? 1;
        long weight = server.All("real_server").Sum(r => r.Last("weight")?.Number ?? each);
        if (quorum > weight && server.All("real_server").Any())
        {
            findings.Report(FindingCodes.QuorumOrder, server.Last("quorum")?.Span ?? server.Span,
                "the quorum is more than all real servers weigh together");
        }
        foreach (ConfigNode check in server.All("real_server").SelectMany(static r => r.ChildrenOrEmpty)
            .Where(static c => c.Spec.Name is "HTTP_GET" or "SSL_GET" && !c.All("url").Any()))
        {
            findings.Report(FindingCodes.ServerIncomplete, check.Keyword, $"{check.Spec.Name} has no url");
        }
    }

    private static void CheckAddressPort(ConfigNode node, Findings findings, bool portOptional)
    {
        List<Word> words = node.Arguments;
        if (!IpAddress.TryParse(words[0].Text, out _))
        {
            findings.Report(FindingCodes.ServerLine, words[0], $"{node.Spec.Name} '{words[0]}' is not an address",
                "write ADDRESS PORT");
        }
        if (words.Count < 2)
        {
            if (!portOptional)
            {
                findings.Report(FindingCodes.ServerLine, words[0], $"{node.Spec.Name} {words[0]} has no port",
                    "write ADDRESS PORT; only a persistent service may go without");
            }
        }
        else if (!ushort.TryParse(words[1].Text, CultureInfo.InvariantCulture, out _))
        {
            findings.Report(FindingCodes.ServerLine, words[1], $"'{words[1]}' is not a port");
        }
    }

    private static void Methods(ConfigNode node, Findings findings)
    {
        foreach (ConfigNode method in node.ChildrenOrEmpty.Where(static n => n.IsValid
            && n.Spec.Name is "lb_kind" or "lvs_method" or "sorry_server_lvs_method"))
        {
            if (method.Text != "TUN" && method.Arguments.Count > 1)
            {
                findings.Report(FindingCodes.ServerLine, method.Arguments[1],
                    $"only TUN takes options, so '{method.Arguments[1]}' has no meaning", "remove it");
            }
            if (method.Arguments.Count > 0 && !s_methods.Contains(method.Text))
            {
                findings.Report(FindingCodes.BadWord, method.Arguments[0],
                    $"{method.Spec.Name} cannot be '{method.Text}'", "one of NAT, DR, TUN",
                    NearestWord.Find(method.Text, s_methods));
            }
        }
    }

    private static void CheckGroupLine(List<Word> words, Findings findings)
    {
        if (words[0].Text == "fwmark")
        {
            if (words.Count < 2 || !uint.TryParse(words[1].Text, CultureInfo.InvariantCulture, out _))
            {
                findings.Report(FindingCodes.ServerLine, words[0], "fwmark lacks its number");
            }
            return;
        }
        string address = words[0].Text;
        int cut = address.AsSpan().IndexOfAny('-', '/');
        if (!IpAddress.TryParse(cut < 0 ? address : address.AsSpan(0, cut), out _))
        {
            findings.Report(FindingCodes.ServerLine, words[0], $"'{address}' is not an address or a range");
        }
        if (words.Count > 1 && !ushort.TryParse(words[1].Text, CultureInfo.InvariantCulture, out _))
        {
            findings.Report(FindingCodes.ServerLine, words[1], $"'{words[1]}' is not a port");
        }
    }
}
