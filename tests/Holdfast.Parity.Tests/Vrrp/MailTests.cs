using Holdfast.Lab;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>Mail on changes of state says the same as the original's, on the wire.</summary>
public sealed class MailTests
{
    // Prints each conversation as one line, its parts separated by '|'.
    private const string Server = """
        import socket, threading
        listener = socket.socket()
        listener.bind(('127.0.0.1', 2525))
        listener.listen(20)
        print('ready', flush=True)
        def serve(connection):
            stream = connection.makefile('rwb')
            lines, data = [], False
            def send(text):
                stream.write(text.encode() + b'\r\n')
                stream.flush()
            send('220-first line\r\n220 ready')
            for raw in stream:
                line = raw.decode().rstrip('\r\n')
                lines.append(line)
                if data:
                    data = line != '.'
                    if not data:
                        send('250 taken')
                elif line == 'DATA':
                    data = True
                    send('354 go on')
                elif line == 'QUIT':
                    send('221 bye')
                    break
                else:
                    send('250 fine')
            print('mail ' + '|'.join(lines), flush=True)
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """;

    [Fact]
    public void StartFaultAndReturn_InstanceAndGroup_MailIsTheOriginals()
    {
        string[] original = Take(Maker.Original, "smtp_alert");
        string[] ours = Take(Maker.Holdfast, "smtp_alert");
        Assert.Equal(original, ours);
        Assert.Contains(original, mail => mail.Contains("Group G - Entering FAULT state", StringComparison.Ordinal));
        Assert.Contains(original, mail => mail.Contains("Instance VI_1 - Entering MASTER", StringComparison.Ordinal));
    }

    [Fact]
    public void Fault_NoEmailFaults_NoMailOfIt()
    {
        string[] ours = Take(Maker.Holdfast, "smtp_alert\n no_email_faults", faultIsTold: false);
        Assert.DoesNotContain(ours, mail => mail.Contains("FAULT", StringComparison.Ordinal));
    }

    private static string[] Take(Maker maker, string global, bool faultIsTold = true)
    {
        using var lan = new TestLan();
        LabProcess server = lan.A.Start("python3", ["-c", Server]);
        server.WaitForLine("ready", Patience.Limit);
        Router a = lan.StartAsIs(lan.A, maker, $$"""
            global_defs {
             router_id R1
             smtp_server 127.0.0.1 2525
             smtp_helo_name helo.example
             notification_email_from k@example.org
             notification_email {
              a@example.org
              b@example.org
             }
             {{global}}
            }
            vrrp_sync_group G {
             group {
              VI_1
             }
             smtp_alert
            }

            """ + new InstanceText());
        a.NextState("MASTER");
        WaitMails(server, 4);
        lan.Segment.SetLink(lan.A, up: false);
        a.NextState("FAULT");
        int faults = faultIsTold ? 2 : 0;
        WaitMails(server, 4 + faults);
        lan.Segment.SetLink(lan.A, up: true);
        a.NextState("BACKUP");
        WaitMails(server, 6 + faults);
        a.NextState("MASTER");
        WaitMails(server, 8 + faults);
        a.Stop();
        return Mails(server);
    }

    private static void WaitMails(LabProcess server, int count)
        => Patience.Until(() => Mails(server).Length >= count, () => $"{count} mails: {server.Output}");

    // Mails run beside each other, and each bears its own time.
    private static string[] Mails(LabProcess server)
        => [.. server.Output.Split('\n').Where(static line => line.StartsWith("mail HELO", StringComparison.Ordinal))
            .Select(static line => string.Join('|', line.Split('|')
                .Where(static part => !part.StartsWith("Date:", StringComparison.Ordinal))))
            .Order(StringComparer.Ordinal)];
}
