using System.Text;
using Holdfast.Demo.Traffic;
using Holdfast.Lab;
using Holdfast.Linux;

namespace Holdfast.Demo.Lvs;

/// <summary>Plays the scene, as process of a guest or on a thread of this program.</summary>
internal static class LvsGuest
{
    /// <summary>Plays in user-mode Linux, and tells the host on standard output.</summary>
    /// <param name="program">The keepalived of both directors.</param>
    /// <returns>Exit code: 0 all was as it should be, 1 something was not.</returns>
    internal static int Run(string program)
    {
        using Stream output = Console.OpenStandardOutput();
        var report = new PlayReport(line =>
        {
            output.Write(Encoding.UTF8.GetBytes(line + '\n'));
            output.Flush();
        });
        return Play(program, report, CancellationToken.None) ? 0 : 1;
    }

    /// <summary>Plays.</summary>
    /// <param name="program">The keepalived of both directors.</param>
    /// <param name="report">Is told everything, the end included.</param>
    /// <param name="cancelled">Ends the play.</param>
    /// <returns>Whether all was as it should be.</returns>
    internal static bool Play(string program, PlayReport report, CancellationToken cancelled)
    {
        try
        {
            using (var stage = new LvsStage(program, report, cancelled))
            {
                new LvsPlay(stage).Run();
            }
            report.End(null);
            return true;
        }
        catch (Exception exception) when (exception is LabTimeoutException or LinuxException
            or OperationCanceledException)
        {
            report.End(exception.Message);
            return false;
        }
    }
}
