using Holdfast.Lab;
using Holdfast.Linux;

namespace Holdfast.Demo.Lvs;

/// <summary>The part of the scene that runs in user-mode Linux, as process of the guest.</summary>
internal static class LvsGuest
{
    /// <summary>Plays, and tells the host on standard output.</summary>
    /// <param name="program">The keepalived of both directors.</param>
    /// <returns>Exit code: 0 all was as it should be, 1 something was not.</returns>
    internal static int Run(string program)
    {
        var report = new LvsReport();
        try
        {
            using var stage = new LvsStage(program, report);
            new LvsPlay(stage).Run();
            report.End(null);
            return 0;
        }
        catch (Exception exception) when (exception is LabTimeoutException or LinuxException)
        {
            report.End(exception.Message);
            return 1;
        }
    }
}
