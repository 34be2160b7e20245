namespace Holdfast.Config.Ipvsadm;

/// <summary>Why a command line was refused, with the original's words and exit code.</summary>
/// <param name="Message">For standard error; ends without a line break.</param>
/// <param name="ExitCode">2 for a wrong use; 255 when the words could not even be split into options.</param>
/// <param name="EndsRestore">
/// Whether -R stops at such a line. It goes on only after a line whose options could not be read.
/// </param>
public sealed record IpvsadmFailure(string Message, int ExitCode, bool EndsRestore);

/// <summary>A command, or why there is none.</summary>
/// <param name="Command">Null when the command line was refused.</param>
/// <param name="Failure">Null when it was understood.</param>
public readonly record struct IpvsadmParseResult(IpvsadmCommand? Command, IpvsadmFailure? Failure);
