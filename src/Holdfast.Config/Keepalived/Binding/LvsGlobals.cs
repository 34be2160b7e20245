using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>The words of <c>global_defs</c> about layer 4, and the <c>SSL</c> block.</summary>
internal sealed class LvsGlobals(ConfigNode global, Findings findings, ValueReader values)
{
    private const int InterfaceNameMax = 15;
    private static readonly string[] s_syncWords = ["inst", "id", "maxlen", "port", "ttl", "group"];

    /// <param name="bindCommand">Reads a script.</param>
    /// <param name="hasServers">Whether there is a virtual server: without any, no FIFO is opened.</param>
    public LvsGlobalModel Bind(Func<ConfigNode?, ConfigNode?, ScriptCommand?> bindCommand, bool hasServers)
    {
        (TimeSpan tcp, TimeSpan fin, TimeSpan udp) = ReadTimeouts(global.Last("lvs_timeouts"));
        ConfigNode? flush = global.Last("lvs_flush_on_stop") ?? global.Last("lvs_flush_onstop");
        ConfigNode? fifo = global.Last("lvs_notify_fifo");
        return new LvsGlobalModel
        {
            TcpTimeout = tcp,
            TcpFinTimeout = fin,
            UdpTimeout = udp,
            Flush = global.IsSet("lvs_flush"),
            FlushOnStop = flush is null ? FlushOnStop.No
                : flush.Text == "VS" ? FlushOnStop.VirtualServers : FlushOnStop.All,
            SyncDaemon = global.Last("lvs_sync_daemon") is { } sync ? ReadSync(sync) : null,
            NotifyAtStart = global.IsSet("rs_init_notifies"),
            LogAllFailures = global.IsSet("checker_log_all_failures"),
            NoCheckerMails = global.IsSet("no_checker_emails"),
            NotifyFifo = fifo?.Text,
            NotifyFifoUser = fifo?.TextAt(1),
            NotifyFifoGroup = fifo?.TextAt(2),
            NotifyFifoScript = fifo is null || !hasServers ? null
                : bindCommand(global.Last("lvs_notify_fifo_script"), null),
        };
    }

    /// <summary>The last <c>SSL</c> block; null when there is none.</summary>
    public SslModel? BindSsl(ConfigNode root)
    {
        ConfigNode? block = null;
        foreach (ConfigNode node in root.All("SSL"))
        {
            if (block is not null)
            {
                findings.Report(FindingCodes.SslTwice, node.Keyword, "SSL stands twice; this one counts", null, null,
                    new RelatedPlace(block.Span, "the first one"));
            }
            block = node;
        }
        if (block is null)
        {
            return null;
        }
        if (block.Last("ca") is null)
        {
            findings.Report(FindingCodes.SslUnverified, block.Keyword,
                "without ca the certificates of the servers are not looked at", "add: ca FILE");
        }
        return new SslModel(block.Last("password")?.Text, block.Last("ca")?.Text, block.Last("certificate")?.Text,
            block.Last("key")?.Text);
    }

    private static (TimeSpan Tcp, TimeSpan Fin, TimeSpan Udp) ReadTimeouts(ConfigNode? node)
    {
        TimeSpan tcp = default, fin = default, udp = default;
        List<Word> words = node?.Arguments ?? [];
        for (int i = 0; i + 1 < words.Count; i += 2)
        {
            // The table has read the numbers.
            TimeSpan time = TimeSpan.FromSeconds(uint.TryParse(words[i + 1].Text, out uint seconds) ? seconds : 0);
            switch (words[i].Text)
            {
                case "tcp":
                    tcp = time;
                    break;
                case "tcpfin":
                    fin = time;
                    break;
                default:
                    udp = time;
                    break;
            }
        }
        return (tcp, fin, udp);
    }

    private LvsSyncDaemonModel? ReadSync(ConfigNode node)
    {
        List<Word> words = node.Arguments;
        if (words[0].Text.Length > InterfaceNameMax)
        {
            findings.Report(FindingCodes.BadText, words[0], $"an interface name has at most {InterfaceNameMax} bytes");
            return null;
        }
        var model = new LvsSyncDaemonModel(words[0].Text, null, null, 0, 0, 0, default, node.Span);
        int at = 1;
        if (at < words.Count && !s_syncWords.AsSpan(1).Contains(words[at].Text))
        {
            at += words[at].Text == "inst" ? 1 : 0;
            if (at >= words.Count)
            {
                findings.Report(FindingCodes.MissingParameter, words[^1], "inst lacks the name of its instance");
                return model;
            }
            model = model with { Instance = words[at++].Text };
        }
        for (; at < words.Count; at += 2)
        {
            if (!s_syncWords.Contains(words[at].Text))
            {
                findings.Report(FindingCodes.SyncLine, words[at], $"'{words[at]}' is no option of lvs_sync_daemon",
                    "write INTERFACE [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS]",
                    NearestWord.Find(words[at].Text, s_syncWords));
                return model;
            }
            if (at + 1 >= words.Count)
            {
                findings.Report(FindingCodes.SyncLine, words[at], $"{words[at]} lacks its value");
                return model;
            }
            model = ReadSyncOption(model, words[at].Text, words[at + 1]);
        }
        return model;
    }

    private LvsSyncDaemonModel ReadSyncOption(LvsSyncDaemonModel model, string name, in Word value)
    {
        if (name == "group")
        {
            if (IpAddress.TryParse(value.Text, out IpAddress group) && group.IsMulticast)
            {
                return model with { Group = group };
            }
            findings.Report(FindingCodes.MulticastGroup, value, $"'{value}' is not a multicast group");
            return model;
        }
        (long min, long max) = name switch
        {
            "id" => (0L, 255L),
            "maxlen" => (1, 65507),
            "port" => (1, 65535),
            _ => (1, 255),
        };
        if (!values.TryInteger(name, value, min, max, out long number))
        {
            return model;
        }
        return name switch
        {
            "id" => model with { SyncId = (int)number },
            "maxlen" => model with { MessageBytesMax = (int)number },
            "port" => model with { Port = (int)number },
            _ => model with { Ttl = (int)number },
        };
    }
}
