using Holdfast.Demo.Traffic;
using Holdfast.Lab;
using Holdfast.Linux;

namespace Holdfast.Demo.Web;

/// <summary>The seed's haproxy.cfg with its keepalived.conf, on two balancers, each of them one daemon.</summary>
internal static class WebScene
{
    /// <summary>For <c>--scene</c>.</summary>
    internal const string Name = "web";

    private static readonly PlayTexts s_texts = new()
    {
        Title = "a web front end", Balancer = "Balancer", Server = "Web server", State = "State", Out = "is down",
        Table = WebStage.TableCommand, TableShort = "status",
    };

    /// <summary>Plays it.</summary>
    /// <param name="options">How it is shown.</param>
    /// <param name="program">The holdfast of both balancers.</param>
    /// <param name="cancelled">Ends it.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal static bool Play(DemoOptions options, string program, CancellationToken cancelled)
    {
        var state = new PlayState();
        state.Demo.Begin("Two balancers, two web servers and a client");
        var play = new Thread(() => Play(program, new PlayReport(state.Take), cancelled))
        {
            IsBackground = true, Name = "play",
        };
        play.Start();
        IPlayView.Of(options, s_texts, program).Show(state, play.Join);
        return IPlayView.Conclude(cancelled.IsCancellationRequested ? "interrupted" : state.End!.Failure);
    }

    private static void Play(string program, PlayReport report, CancellationToken cancelled)
    {
        try
        {
            using (var stage = new WebStage(program, report, cancelled))
            {
                new WebPlay(stage).Run();
            }
            report.End(null);
        }
        catch (Exception exception) when (exception is LabTimeoutException or LinuxException
            or OperationCanceledException)
        {
            report.End(exception.Message);
        }
    }
}
