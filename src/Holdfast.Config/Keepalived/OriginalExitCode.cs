using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived;

/// <summary>What <c>keepalived -t</c> would return for our findings.</summary>
public static class OriginalExitCode
{
    /// <summary>
    /// The exit code of the original: 0 usable, 2 missing parameter, 6 security, 5 errors or warnings, 4 cannot
    /// run; of several the first in this order.
    /// </summary>
    public static int Of(IEnumerable<Diagnostic> diagnostics)
    {
        bool security = false, config = false, cannotRun = false;
        foreach (Diagnostic diagnostic in diagnostics)
        {
            switch (FindingCodes.Find(diagnostic.Code)?.Original)
            {
                case OriginalClass.MissingParameter:
                    return 2;
                case OriginalClass.Security:
                    security = true;
                    break;
                case OriginalClass.ConfigError:
                    config = true;
                    break;
                case OriginalClass.CannotRun:
                    cannotRun = true;
                    break;
                default:
                    break;
            }
        }
        return security ? 6 : config ? 5 : cannotRun ? 4 : 0;
    }

    /// <summary>The message in the original's form, without its trailing newline: <c>(file: Line n) text</c>.</summary>
    public static string Format(Diagnostic diagnostic)
        => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"({diagnostic.Span.File}: Line {diagnostic.Span.Line}) {diagnostic.Message}");
}
