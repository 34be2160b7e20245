using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Text;
using Holdfast.Health.Services;
using Holdfast.Linux;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks;
using Holdfast.Runtime.Checks.Notifications;

namespace Holdfast.Runtime.Tests.Checks;

/// <summary>
/// What is told of virtual servers. The lines are those that keepalived 2.2.7 wrote with this file on a kernel with
/// IPVS, in its order.
/// </summary>
public sealed class ServiceNewsTests
{
    private const string Text = """
        global_defs {
            router_id R1
            GLOBAL
        }
        virtual_server_group G {
            10.0.0.2 80
            10.0.0.3 80
        }
        virtual_server 10.0.0.1 80 {
            lvs_sched rr
            lvs_method NAT
            protocol TCP
            quorum 2
            hysteresis 1
            omega
            smtp_alert
            quorum_up "/run/n.sh quorum_up" root
            quorum_down "/run/n.sh quorum_down" root
            sorry_server 10.0.0.99 80
            real_server 10.0.0.11 80 {
                weight 2
                smtp_alert
                notify_up "/run/n.sh up 11" root
                notify_down "/run/n.sh down 11" root
                TCP_CHECK {
                }
                MISC_CHECK {
                    misc_path "/run/misc.sh" root
                    misc_dynamic
                }
            }
            real_server 10.0.0.12 80 {
                weight 1
                smtp_alert
                inhibit_on_failure
                notify_up "/run/n.sh up 12" root
                HTTP_GET {
                    url {
                        path /
                    }
                }
            }
        }
        virtual_server group G {
            lvs_sched rr
            lvs_method NAT
            protocol TCP
            alpha
            real_server 10.0.0.11 80 {
                smtp_alert
                TCP_CHECK {
                }
            }
        }
        virtual_server fwmark 5 {
            lvs_sched rr
            lvs_method DR
            smtp_alert
            real_server 10.0.0.12 0 {
                smtp_alert
                TCP_CHECK {
                    connect_port 80
                }
            }
        }
        """;

    private readonly List<string> _told = [];
    private readonly ServiceBoard _board;
    private KeepalivedModel _model = new();

    public ServiceNewsTests()
        => _board = new ServiceBoard(change => Note(ServiceNews.Of(_model, change, static _ => false)));

    [Fact]
    public void Start_QuorumThere_IsToldButServersAreNot()
        => Assert.Equal(
            [
                "log Gained quorum 2+1=3 <= 3 for VS [10.0.0.1]:tcp:80",
                "fifo VS [10.0.0.1]:tcp:80 UP",
                "script /run/n.sh quorum_up",
                "mail Virtualserver [10.0.0.1]:tcp:80 - UP => Starting with quorum up 2+1=3 <= 3 <=",
                "log Gained quorum 1+0=1 <= 1 for VS FWM 5",
                "fifo VS FWM 5 UP",
                "mail Virtualserver FWM 5 - UP => Starting with quorum up 1+0=1 <= 1 <=",
            ],
            Apply());

    [Fact]
    public void Start_ServersAreToldOnRequest_BeforeTheQuorum()
        => Assert.Equal(
            [
                "RS [10.0.0.11]:tcp:80 [10.0.0.1]:tcp:80 UP", "RS [10.0.0.12]:tcp:80 [10.0.0.1]:tcp:80 UP",
                "VS [10.0.0.1]:tcp:80 UP", "RS [10.0.0.12]:none:0 FWM 5 UP", "VS FWM 5 UP",
            ],
            Fifo(Apply("rs_init_notifies")));

    [Fact]
    public void Start_WithoutQuorum_IsToldWhereASorryServerTakesOver()
    {
        string[] told = Apply(change: static text => text.Replace("omega", "alpha", StringComparison.Ordinal));

        Assert.Equal(
            [
                "log Starting with quorum down 2-1=1 > 0 for VS [10.0.0.1]:tcp:80",
                "log Adding sorry server [10.0.0.99]:tcp:80 to VS [10.0.0.1]:tcp:80",
                "log Removing alive servers from the pool for VS [10.0.0.1]:tcp:80",
                "fifo VS [10.0.0.1]:tcp:80 DOWN",
                "script /run/n.sh quorum_down",
                "mail Virtualserver [10.0.0.1]:tcp:80 - DOWN => Starting with quorum down 2+1=1 <= 0 <=",
                "log Gained quorum 1+0=1 <= 1 for VS FWM 5",
            ],
            told[..7]);
        // The first check of a server that began as down fails: nothing changes, but now it is told.
        Assert.Equal(
            ["script /run/n.sh down 11", "fifo RS [10.0.0.11]:tcp:80 [10.0.0.1]:tcp:80 DOWN"],
            Report(0, 0, 0, ServerReportKind.Down));
        Assert.Equal(["fifo RS [10.0.0.11]:tcp:80 [G]:0 DOWN"], Report(1, 0, 0, ServerReportKind.Down));
    }

    [Fact]
    public void Servers_GoAndReturn_AreToldInTheOriginalsOrder()
    {
        Apply();

        Assert.Equal(
            [
                "log Disabling service [10.0.0.12]:tcp:80 of VS [10.0.0.1]:tcp:80",
                "fifo RS [10.0.0.12]:tcp:80 [10.0.0.1]:tcp:80 DOWN",
                "mail Realserver [10.0.0.12]:tcp:80 of virtual server [10.0.0.1]:tcp:80 - DOWN "
                    + "=> CHECK failed on service : HTTP request failed <=",
            ],
            Report(0, 1, 0, ServerReportKind.Down));
        Assert.Equal(
            ["log Changing weight from 2 to 7 for active service [10.0.0.11]:tcp:80 of VS [10.0.0.1]:tcp:80"],
            Report(0, 0, 1, ServerReportKind.Weight, 5));
        Assert.Equal(
            [
                "log Removing service [10.0.0.11]:tcp:80 from VS [10.0.0.1]:tcp:80",
                "script /run/n.sh down 11",
                "fifo RS [10.0.0.11]:tcp:80 [10.0.0.1]:tcp:80 DOWN",
                "log Lost quorum 2-1=1 > 0 for VS [10.0.0.1]:tcp:80",
                "log Adding sorry server [10.0.0.99]:tcp:80 to VS [10.0.0.1]:tcp:80",
                "log Removing alive servers from the pool for VS [10.0.0.1]:tcp:80",
                "fifo VS [10.0.0.1]:tcp:80 DOWN",
                "script /run/n.sh quorum_down",
                "mail Virtualserver [10.0.0.1]:tcp:80 - DOWN => Lost quorum 2+1=1 <= 0 <=",
                "mail Realserver [10.0.0.11]:tcp:80 of virtual server [10.0.0.1]:tcp:80 - DOWN "
                    + "=> TCP CHECK failed on service <=",
            ],
            Report(0, 0, 0, ServerReportKind.Down));
        Assert.Equal(
            [
                "log Adding service [10.0.0.11]:tcp:80 to VS [10.0.0.1]:tcp:80",
                "script /run/n.sh up 11",
                "fifo RS [10.0.0.11]:tcp:80 [10.0.0.1]:tcp:80 UP",
                "log Gained quorum 2+1=3 <= 7 for VS [10.0.0.1]:tcp:80",
                "log Removing sorry server [10.0.0.99]:tcp:80 from VS [10.0.0.1]:tcp:80",
                "log Adding alive servers to the pool for VS [10.0.0.1]:tcp:80",
                "fifo VS [10.0.0.1]:tcp:80 UP",
                "script /run/n.sh quorum_up",
                "mail Virtualserver [10.0.0.1]:tcp:80 - UP => Gained quorum 2+1=3 <= 7 <=",
                "mail Realserver [10.0.0.11]:tcp:80 of virtual server [10.0.0.1]:tcp:80 - UP "
                    + "=> TCP CHECK succeed on service <=",
            ],
            Report(0, 0, 0, ServerReportKind.Up));
        Assert.Equal(
            ["log Enabling service [10.0.0.12]:tcp:80 of VS [10.0.0.1]:tcp:80", "script /run/n.sh up 12"],
            Report(0, 1, 0, ServerReportKind.Up)[..2]);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("no_checker_emails", 0)]
    public void Script_FirstSuccess_IsMailedUnlessOnlyServersAre(string global, int mails)
    {
        Apply(global);
        string mail = "mail Realserver [10.0.0.11]:tcp:80 of virtual server [10.0.0.1]:tcp:80 - UP "
            + "=> MISC CHECK succeeded on service <=";
        Assert.Equal(Enumerable.Repeat(mail, mails), Report(0, 0, 1, ServerReportKind.Up));
        Assert.Empty(Report(0, 0, 0, ServerReportKind.Up)); // it counted as up before
    }

    [Fact]
    public void Stop_Omega_TellsWhatWasUp_OthersOnlyLog()
    {
        Apply();
        Report(0, 1, 0, ServerReportKind.Down);
        _told.Clear();
        _board.Stop();

        Assert.Equal(
            [
                "log Shutting down service [10.0.0.11]:tcp:80 from VS [10.0.0.1]:tcp:80",
                "log Shutting down service [10.0.0.12]:tcp:80 from VS [10.0.0.1]:tcp:80",
                "script /run/n.sh down 11",
                "fifo RS [10.0.0.11]:tcp:80 [10.0.0.1]:tcp:80 DOWN",
                "fifo VS [10.0.0.1]:tcp:80 DOWN",
                "script /run/n.sh quorum_down",
                "log Shutting down service [10.0.0.11]:tcp:80 from VS [G]:0",
                "log Shutting down service [10.0.0.12]:none:0 from VS FWM 5",
            ],
            _told);
    }

    [Fact]
    public void Stop_OmegaWithoutQuorum_ServiceIsToldAllTheSame()
    {
        Apply();
        Report(0, 0, 0, ServerReportKind.Down);
        Report(0, 1, 0, ServerReportKind.Down);
        _told.Clear();
        _board.Stop();

        Assert.Equal(["VS [10.0.0.1]:tcp:80 DOWN"], Fifo([.. _told]));
    }

    [Fact]
    public void ServiceGone_IsToldWithItsServers()
    {
        Apply();
        _told.Clear();
        Note(ServiceNews.ServiceGone(_model.VirtualServers[2], _board.StateOf(2)));

        Assert.Equal(
            [
                "log Removing Virtual Server FWM 5",
                "log Removing service [10.0.0.12]:none:0 from VS FWM 5",
                "fifo RS [10.0.0.12]:none:0 FWM 5 DOWN",
                "mail Realserver [10.0.0.12]:none:0 of virtual server FWM 5 - DOWN => Removing <=",
                "fifo VS FWM 5 DOWN",
                "mail Virtualserver FWM 5 - DOWN => Lost quorum 1+0=1 <= 0 <=",
            ],
            _told);
    }

    private static string[] Fifo(string[] told)
        => [.. told.Where(static t => t.StartsWith("fifo ", StringComparison.Ordinal)).Select(static t => t[5..])];

    private string[] Apply(string global = "", Func<string, string>? change = null)
    {
        string text = (change?.Invoke(Text) ?? Text).Replace("GLOBAL", global, StringComparison.Ordinal);
        KeepalivedParseResult result = KeepalivedParser.Parse("test.conf", MemoryConfigFiles.Of("test.conf", text),
            new KeepalivedParseOptions { AcceptLoss = true });
        Assert.DoesNotContain(result.Diagnostics, static d => d.Severity == Severity.Error);
        _model = result.Model;
        _told.Clear();
        _board.Apply(_model);
        return [.. _told];
    }

    private string[] Report(int service, int server, int checker, ServerReportKind kind, long delta = 0)
    {
        _told.Clear();
        var report = new ServerReport(
            new CheckId(service, server, checker), kind, default, delta, MonotonicClock.Now);
        ServiceState before = _board.StateOf(service);
        _board.OnReport(report);
        Note(CheckerNews.Of(_model, report, before, _board.StateOf(service)));
        return [.. _told];
    }

    private void Note(IEnumerable<ServiceNote> notes)
    {
        foreach (ServiceNote note in notes)
        {
            _told.Add(note.Kind switch
            {
                ServiceNoteKind.Log => $"log {note.Text}",
                ServiceNoteKind.Fifo => $"fifo {note.Text}",
                ServiceNoteKind.Script => $"script {string.Join(' ', note.Command!.Arguments)}",
                _ => $"mail {note.Text} {note.Body}",
            });
        }
    }
}
